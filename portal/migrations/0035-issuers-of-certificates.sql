-- runs with 0034
-- Identifier of the issuer's key in lower-case hexadecimal, so that each authority's CRL lists its own certificates. Null in older rows, which are
-- all of the first authority.
ALTER TABLE certificates ADD COLUMN issuer_key text;
