-- The one-time code of an operator with which the owner of a device gets a new PIN: a compact JWE to the portal's own sealing key.
ALTER TABLE devices ADD COLUMN unlock_code text;
ALTER TABLE devices ADD COLUMN unlock_code_issued_at timestamptz;
ALTER TABLE devices ADD COLUMN unlock_code_issued_by text;
ALTER TABLE devices ADD COLUMN unlock_code_tries integer NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN unlock_code_operation text;
