-- Which PUKs were tried since the escrow was stored, or since it was wholly applied, and what is known of the answers: a plain
-- card can not tell the tries that are left.
ALTER TABLE escrows ADD COLUMN puk_tries jsonb NOT NULL DEFAULT '[]';
