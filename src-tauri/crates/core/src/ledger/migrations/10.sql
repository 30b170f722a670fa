-- Where other copies of skipped attachments were found, each as JSON; path is the line's.
CREATE TABLE skipped_copies (
    job_id INTEGER NOT NULL REFERENCES jobs (id),
    path   TEXT NOT NULL,
    copy   TEXT NOT NULL,
    PRIMARY KEY (job_id, path, copy)
) STRICT, WITHOUT ROWID;

-- The steps after a restore, each as it was last seen, as JSON.
CREATE TABLE restore_steps (
    job_id INTEGER NOT NULL REFERENCES jobs (id),
    step   TEXT NOT NULL,
    item   TEXT NOT NULL,
    PRIMARY KEY (job_id, step)
) STRICT, WITHOUT ROWID;
