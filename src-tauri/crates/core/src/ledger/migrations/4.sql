-- Where what was on the server before a restore is kept on this computer.
ALTER TABLE jobs ADD COLUMN safety_copy TEXT;
-- What was true before a call whose answer may be lost, as JSON: with it, what came
-- of the call can still be found out. NULL once that is clear.
ALTER TABLE jobs ADD COLUMN before TEXT;

-- Why the server would refuse to restore what was read; NULL when it would not.
ALTER TABLE checks ADD COLUMN refusal TEXT;
-- The file's time on its target when it was looked at, and when it was last listed:
-- a file of another time is another file.
ALTER TABLE checks ADD COLUMN modified_at TEXT;
ALTER TABLE places ADD COLUMN modified_at TEXT;
