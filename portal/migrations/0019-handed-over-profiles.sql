-- The address at which a browser may have the system fetch the first profile once more, without the browser's cookie: its secret part
-- (SHA-256, base64url), and until when it is good. Null: there is none, or it was used.
ALTER TABLE mobile_enrolments ADD COLUMN handover_hash text, ADD COLUMN handover_until timestamptz;
