-- runs with 0038
-- Each start fills in the keys of names that have none. Nearly all have one, so these indexes are nearly empty.
CREATE INDEX users_upn_without_key ON users (created_at) WHERE upn IS NOT NULL AND upn_key IS NULL AND deleted_at IS NULL;
CREATE INDEX users_sid_without_key ON users (created_at) WHERE sid IS NOT NULL AND sid_key IS NULL AND deleted_at IS NULL;
