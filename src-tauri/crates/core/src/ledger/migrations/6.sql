-- A hash of the account's own sealed key: with the user id it tells whether two addresses
-- lead to one account. NULL where no server has shown it yet.
ALTER TABLE profiles ADD COLUMN account_key TEXT;
