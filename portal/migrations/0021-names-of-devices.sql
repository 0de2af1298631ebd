-- The name that the owner of a device gave it; null: none.
ALTER TABLE devices ADD COLUMN name text;
