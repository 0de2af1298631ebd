-- A session is known by its key's thumbprint. Sessions of the earlier protocol have ended with the update; their operations go on in new ones.
ALTER TABLE operations RENAME COLUMN session_nonce TO session;
