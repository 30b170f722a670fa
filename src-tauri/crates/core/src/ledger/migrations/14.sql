-- What the watch knows of each server, and settings of the app that the core needs.
CREATE TABLE watched (
    profile_id TEXT PRIMARY KEY,
    facts TEXT,
    memory TEXT
);
CREATE TABLE preferences (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
