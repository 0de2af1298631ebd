-- Notices for the owners of devices: of changes, and of certificates that end. No row holds a name or a secret, but an operator's own words.
CREATE TABLE notices (
  id uuid PRIMARY KEY,
  device_id uuid NOT NULL REFERENCES devices (id),
  -- The owner when the notice was made.
  owner_id uuid NOT NULL REFERENCES users (id),
  kind text NOT NULL,
  reason text,
  -- Days before the end, and the end; both null for a notice of a change.
  days integer,
  expires_at timestamptz,
  created_at timestamptz NOT NULL,
  attempts integer NOT NULL,
  -- Null once the notice has an outcome.
  due_at timestamptz,
  outcome text
);
-- However many processes the portal has, each expiry of a device is noticed once for each number of days.
CREATE UNIQUE INDEX notices_expiry ON notices (device_id, days, expires_at) WHERE days IS NOT NULL;
-- What is to be told, the longest due first.
CREATE INDEX notices_due ON notices (due_at, id) WHERE due_at IS NOT NULL;
-- Certificates by their end, to find those that end soon.
CREATE INDEX certificates_expiry ON certificates (not_after) WHERE revocation_reason IS NULL;
