-- The operation that has ordered that the key of a certificate be deleted or overwritten, as long as it may still be on the card.
ALTER TABLE certificates ADD COLUMN doubted_by text;
-- The key that a renewal makes in slot 95 before it moves it to its slot.
ALTER TABLE devices ADD COLUMN staged_key text;
