-- Which operator approved that the confidential factory PUK goes out in the issuance under way, to a card that did not prove what it is.
ALTER TABLE devices ADD COLUMN puk_approved_at timestamptz;
ALTER TABLE devices ADD COLUMN puk_approved_by text;
