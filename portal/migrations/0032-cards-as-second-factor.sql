-- When the second factor of a person was reset; null if it never was. Certificates of before prove no second factor.
ALTER TABLE users ADD COLUMN second_factor_reset timestamptz;
