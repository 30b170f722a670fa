-- Times are RFC 3339 in UTC with milliseconds, so that they sort as text.
-- Enumerations are the words that the window and the command line use, too.

CREATE TABLE profiles (
    id                TEXT PRIMARY KEY,
    name              TEXT NOT NULL,
    server_url        TEXT NOT NULL,
    email             TEXT NOT NULL,
    user_id           TEXT,
    generation        TEXT,
    device_identifier TEXT NOT NULL,
    last_used_at      TEXT,
    UNIQUE (server_url, email)
) STRICT;

-- A job outlives its profile: history is kept for good.
CREATE TABLE jobs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    state      TEXT NOT NULL,
    profile_id TEXT,
    subject    TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at   TEXT,
    error      TEXT,
    -- Without the skipped lines: those are rows of their own.
    result     TEXT,
    -- Whoever runs it; see `process.rs`.
    process    TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_by_profile ON jobs (profile_id, id);
CREATE INDEX jobs_running ON jobs (process) WHERE state = 'running';

CREATE TABLE skipped_attachments (
    job_id      INTEGER NOT NULL REFERENCES jobs (id),
    line        INTEGER NOT NULL,
    path        TEXT NOT NULL,
    size_bytes  INTEGER NOT NULL,
    cause       TEXT NOT NULL,
    cipher_id   TEXT,
    owner_email TEXT,
    PRIMARY KEY (job_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE archives (
    sha256        TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    bytes         INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    kind          TEXT,
    app_version   TEXT,
    exported_at   TEXT
) STRICT;

-- Where a backup is. On this computer, profile and target are empty.
CREATE TABLE places (
    id         INTEGER PRIMARY KEY,
    profile_id TEXT NOT NULL,
    target_id  TEXT NOT NULL,
    path       TEXT NOT NULL,
    UNIQUE (profile_id, target_id, path)
) STRICT;

CREATE TABLE checks (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    place_id  INTEGER NOT NULL REFERENCES places (id) ON DELETE CASCADE,
    level     TEXT NOT NULL,
    at        TEXT NOT NULL,
    -- Unknown when only the server looked.
    sha256    TEXT,
    bytes     INTEGER,
    name_hash TEXT
) STRICT;
CREATE INDEX checks_by_place ON checks (place_id, id);

-- What was last known of each target, without any secret.
CREATE TABLE targets (
    profile_id TEXT NOT NULL,
    target_id  TEXT NOT NULL,
    seen_at    TEXT NOT NULL,
    target     TEXT NOT NULL,
    PRIMARY KEY (profile_id, target_id)
) STRICT, WITHOUT ROWID;

-- Every backup ever seen on a target: its size over time.
CREATE TABLE target_backups (
    profile_id TEXT NOT NULL,
    target_id  TEXT NOT NULL,
    file_name  TEXT NOT NULL,
    made_at    TEXT NOT NULL,
    bytes      INTEGER NOT NULL,
    PRIMARY KEY (profile_id, target_id, file_name)
) STRICT, WITHOUT ROWID;

-- How many backups a target held, and their sum, each time it was listed.
CREATE TABLE target_totals (
    profile_id TEXT NOT NULL,
    target_id  TEXT NOT NULL,
    at         TEXT NOT NULL,
    backups    INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    PRIMARY KEY (profile_id, target_id, at)
) STRICT, WITHOUT ROWID;
