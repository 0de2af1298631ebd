-- From it the challenges of an enrolment are derived, so that a repeated answer of its phone gets the same ones.
ALTER TABLE mobile_enrolments ADD COLUMN sealed_secret text;

-- Finds what the key of a phone has signed before.
CREATE INDEX mobile_enrolments_phone_key ON mobile_enrolments ((phone ->> 'key'));
