-- What the owner of a device has reported of it: lost, stolen, damaged or left-at-home.
ALTER TABLE devices ADD COLUMN incident text;
ALTER TABLE devices ADD COLUMN replacement_asked_at timestamptz;
-- The device that ends once this one is active.
ALTER TABLE devices ADD COLUMN replaces uuid;
