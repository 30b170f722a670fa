-- What a recovery is about: the server, or one of its targets, backups or restores.
ALTER TABLE recovery_cases ADD COLUMN subject TEXT NOT NULL DEFAULT '{"type":"server"}';
