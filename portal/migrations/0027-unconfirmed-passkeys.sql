-- What a passkey service has to be told once more, because it may have accepted the passkey although its answer is not known.
ALTER TABLE passkeys ADD COLUMN unconfirmed jsonb;
