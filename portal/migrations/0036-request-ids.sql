-- runs with 0034
-- Id of the request that caused an entry, by which the log of the portal has its lines. Null if no request did, and in older entries.
ALTER TABLE audit ADD COLUMN request_id text;
CREATE INDEX audit_request ON audit (request_id, id) WHERE request_id IS NOT NULL;
