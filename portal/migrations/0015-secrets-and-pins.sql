-- The management key and the PUK of a card have a history each: what proves that one of an escrow is gone says nothing of the other.
ALTER TABLE escrows RENAME COLUMN dropped_at TO puk_dropped_at;
ALTER TABLE escrows ADD COLUMN management_key_dropped_at timestamptz;
UPDATE escrows SET management_key_dropped_at = puk_dropped_at;

-- Active devices wait too: for the approval of a new PIN.
DROP INDEX devices_waiting;
CREATE INDEX devices_waiting ON devices (created_at, id)
  WHERE state = 'awaiting-approval'
    OR (state IN ('producing', 'active') AND state_reason = 'APPROVAL_NEEDED' AND puk_approved_at IS NULL);

-- Whether the PIN is that of the FIDO2 application too; nobody knows it of devices that were issued before.
ALTER TABLE devices ADD COLUMN shares_pin boolean NOT NULL DEFAULT false;
