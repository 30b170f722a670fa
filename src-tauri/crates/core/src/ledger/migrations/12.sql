-- Files of targets that were read in full from this computer, and found right. They belong to the
-- place, whichever profile leads to it.
CREATE TABLE seen_files (
    place         TEXT NOT NULL,
    path          TEXT NOT NULL,
    bytes         INTEGER NOT NULL,
    sha256        TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    checked_at    TEXT NOT NULL,
    PRIMARY KEY (place, path)
) STRICT, WITHOUT ROWID;
