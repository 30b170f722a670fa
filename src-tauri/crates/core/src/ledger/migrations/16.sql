-- What a server's log says of its backups, so that it is known without the server, too.
CREATE TABLE server_runs (
    profile_id TEXT NOT NULL,
    event_id   TEXT NOT NULL,
    target_id  TEXT NOT NULL,
    at         TEXT NOT NULL,
    scheduled  INTEGER NOT NULL,
    failed     INTEGER NOT NULL,
    file_name  TEXT,
    error      TEXT,
    PRIMARY KEY (profile_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX server_runs_by_target ON server_runs (profile_id, target_id, at);

-- The time for which a server's log was read without a gap.
CREATE TABLE log_reads (
    profile_id TEXT PRIMARY KEY,
    since      TEXT NOT NULL,
    until      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Each schedule of a target, and since when it is known.
CREATE TABLE target_schedules (
    profile_id TEXT NOT NULL,
    target_id  TEXT NOT NULL,
    since      TEXT NOT NULL,
    schedule   TEXT NOT NULL,
    PRIMARY KEY (profile_id, target_id, since)
) STRICT, WITHOUT ROWID;

-- When the root folder of a target was last listed.
ALTER TABLE targets ADD COLUMN listed_at TEXT;

-- The alerts of the watch, from when they appeared until they ended.
CREATE TABLE past_alerts (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    profile_id TEXT NOT NULL,
    alert      TEXT NOT NULL,
    alert_id   TEXT NOT NULL,
    since      TEXT NOT NULL,
    until      TEXT
) STRICT;
CREATE INDEX past_alerts_by_profile ON past_alerts (profile_id, since);
