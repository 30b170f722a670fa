-- How a profile's server is reached: JSON, without any secret.
ALTER TABLE profiles ADD COLUMN connection TEXT;
-- The keyring may hold something of this profile. Where that is not known, it may.
ALTER TABLE profiles ADD COLUMN has_secrets INTEGER NOT NULL DEFAULT 1;
