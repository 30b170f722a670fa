-- The safety copy of a restore: what was chosen, where it is, and whether it is whole, as JSON.
ALTER TABLE jobs ADD COLUMN safety TEXT;
