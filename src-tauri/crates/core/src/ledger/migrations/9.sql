-- Every drill of a backup, by its content: a rehearsal in a throw-away practice instance.
CREATE TABLE drills (
    id      INTEGER PRIMARY KEY,
    sha256  TEXT NOT NULL,
    at      TEXT NOT NULL,
    storage TEXT NOT NULL,
    ok      INTEGER NOT NULL,
    seconds REAL NOT NULL
) STRICT;
CREATE INDEX drills_by_content ON drills (sha256, ok, at);
