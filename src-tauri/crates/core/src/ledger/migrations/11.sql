-- The content of attachment bodies that were seen.
CREATE TABLE bodies (
    name   TEXT NOT NULL,
    bytes  INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (name, bytes)
) STRICT, WITHOUT ROWID;
