-- Places that this computer backs up to by itself. Their secrets are in the keyring.
CREATE TABLE desk_targets (
    id              TEXT PRIMARY KEY,
    profile_id      TEXT NOT NULL,
    name            TEXT NOT NULL UNIQUE,
    place           TEXT NOT NULL,
    attachments     INTEGER NOT NULL,
    schedule        TEXT NOT NULL,
    retention       INTEGER,
    http_accepted   INTEGER NOT NULL,
    ca_file         TEXT,
    planned_from    TEXT NOT NULL,
    last_attempt_at TEXT,
    last_ended_at   TEXT,
    last_success_at TEXT,
    last_error      TEXT,
    failures        INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Backups that this computer made there: retention deletes no others.
CREATE TABLE desk_backups (
    desk_target_id TEXT NOT NULL,
    place          TEXT NOT NULL,
    name           TEXT NOT NULL,
    bytes          INTEGER NOT NULL,
    sha256         TEXT NOT NULL,
    made_at        TEXT NOT NULL,
    attachments    INTEGER NOT NULL,
    missing        INTEGER NOT NULL,
    verified       INTEGER NOT NULL,
    PRIMARY KEY (desk_target_id, place, name)
) STRICT, WITHOUT ROWID;
