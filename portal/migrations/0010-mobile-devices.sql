-- Phones and tablets that are being enrolled, and were.
CREATE TABLE mobile_enrolments (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  device_id uuid REFERENCES devices (id),
  state text NOT NULL,
  -- SHA-256, base64url, as browser_hash and challenge_hash are: what they are of is only in the link, a cookie and a profile.
  link_hash text NOT NULL UNIQUE,
  browser_hash text,
  challenge_hash text,
  proof_operation_id text UNIQUE,
  language text NOT NULL,
  -- What the phone signed of itself.
  phone jsonb,
  last_request text,
  last_request_at timestamptz,
  -- Since when the phone may have certificates.
  confirmed_at timestamptz,
  failure jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- When the state ends by itself.
  expires_at timestamptz
);
CREATE INDEX mobile_enrolments_user ON mobile_enrolments (user_id, created_at);
CREATE INDEX mobile_enrolments_device ON mobile_enrolments (device_id);
CREATE INDEX mobile_enrolments_expiry ON mobile_enrolments (expires_at) WHERE expires_at IS NOT NULL;

-- Certificates that a phone may ask for by SCEP, each once: with a challenge while it enrols, and later to renew one.
CREATE TABLE scep_requests (
  id uuid PRIMARY KEY,
  enrolment_id uuid NOT NULL REFERENCES mobile_enrolments (id),
  slot text NOT NULL,
  -- Null of a renewal, which is signed with the certificate before.
  challenge_hash text,
  transaction_id text,
  public_key text,
  certificate_id uuid REFERENCES certificates (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  -- When the phone had been sent its certificate.
  sent_at timestamptz
);
CREATE INDEX scep_requests_enrolment ON scep_requests (enrolment_id);
CREATE UNIQUE INDEX scep_requests_order ON scep_requests (enrolment_id, slot) WHERE challenge_hash IS NOT NULL;
CREATE UNIQUE INDEX scep_requests_transaction ON scep_requests (enrolment_id, transaction_id) WHERE transaction_id IS NOT NULL;

-- The registration authority of the SCEP server: at most one row.
CREATE TABLE registration_authorities (
  id integer PRIMARY KEY CHECK (id = 1),
  -- Compact JWE to the portal's own sealing key.
  sealed_key text NOT NULL,
  certificate text NOT NULL,
  not_after timestamptz NOT NULL
);
