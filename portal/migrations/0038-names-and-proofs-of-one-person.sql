-- The one form in which two UPNs or SIDs of the same Windows account are the same text, so that no two people have one. Null for the second of two people
-- who had the same before; the portal fills in the others at its next start.
ALTER TABLE users ADD COLUMN upn_key text UNIQUE, ADD COLUMN sid_key text UNIQUE;

-- Set if the last proof of a session was a passkey that its person has registered on a security key, which may be one of their issued devices. What takes a
-- proof by something other than the device does not count it. A session of before may have been proved so, and nobody knows.
ALTER TABLE sessions ADD COLUMN proved_by_security_key boolean NOT NULL DEFAULT false;
UPDATE sessions SET proved_by_security_key = true WHERE proved_by = 'passkey' AND proved_device_id IS NULL;
