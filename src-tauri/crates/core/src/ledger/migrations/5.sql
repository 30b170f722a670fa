-- How many attachments a backup lists, and how many of them were missing on its
-- target when that was looked up, and how many could not be looked up.
ALTER TABLE checks ADD COLUMN attachments_listed INTEGER;
ALTER TABLE checks ADD COLUMN attachments_missing INTEGER;
ALTER TABLE checks ADD COLUMN attachments_unknown INTEGER;
-- The file's size when it was last listed.
ALTER TABLE places ADD COLUMN listed_bytes INTEGER;
-- When a backup was first no longer listed on its target; NULL while it is there.
ALTER TABLE target_backups ADD COLUMN gone_at TEXT;
