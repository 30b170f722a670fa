-- E-mails of the administrators who could repair from a backup, as JSON; NULL
-- where it was never read in full here.
ALTER TABLE archives ADD COLUMN repairable_by TEXT;

-- A target's settings as JSON, without any secret: to type them anew one day.
ALTER TABLE targets ADD COLUMN settings TEXT;

-- Recoveries that a person is led through; ended ones are kept.
CREATE TABLE recovery_cases (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    profile_id TEXT NOT NULL,
    branch     TEXT NOT NULL,
    began_at   TEXT NOT NULL,
    ended_at   TEXT,
    abandoned  INTEGER NOT NULL DEFAULT 0,
    diagnosis  TEXT NOT NULL,
    steps      TEXT NOT NULL,
    marks      TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX open_recovery_case ON recovery_cases (profile_id) WHERE ended_at IS NULL;

-- What was last seen of a server, and when.
CREATE TABLE sightings (
    profile_id TEXT NOT NULL,
    what       TEXT NOT NULL,
    at         TEXT NOT NULL,
    PRIMARY KEY (profile_id, what)
) STRICT, WITHOUT ROWID;
