-- The operation that renews the certificate of a slot, as long as the new certificate was not read back from the card.
ALTER TABLE certificates ADD COLUMN pending_renewal text;
