-- The server does not have this target any more, as far as was last seen.
ALTER TABLE targets ADD COLUMN is_gone INTEGER NOT NULL DEFAULT 0;
-- What the server said of a target's runs when its place changed, as JSON: it is about
-- the old place. NULL where the place never changed.
ALTER TABLE targets ADD COLUMN runtime_before TEXT;

-- Which server is known to have made a backup. Time and hash are in the name.
CREATE TABLE backup_origins (
    file_name  TEXT NOT NULL,
    profile_id TEXT NOT NULL,
    PRIMARY KEY (file_name, profile_id)
) STRICT, WITHOUT ROWID;

-- How the account's key was derived when someone last signed in, as JSON.
ALTER TABLE profiles ADD COLUMN kdf TEXT;

-- How many attachments of a backup had another size on its target than it lists.
ALTER TABLE checks ADD COLUMN attachments_wrong_size INTEGER;

-- Where the server keeps attachment bodies, as it last said, and when it did.
ALTER TABLE profiles ADD COLUMN storage TEXT;
ALTER TABLE profiles ADD COLUMN storage_at TEXT;
