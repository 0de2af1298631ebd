-- Passkeys that were registered during an issuance. Everything in a row is public.
CREATE TABLE passkeys (
  id uuid PRIMARY KEY,
  device_id uuid NOT NULL REFERENCES devices (id),
  operation_id text NOT NULL,
  service text NOT NULL,
  rp_id text NOT NULL,
  -- Base64url, as public_key is.
  credential_id text NOT NULL,
  -- What the service calls it.
  service_id text NOT NULL,
  aaguid uuid NOT NULL,
  public_key text NOT NULL,
  -- 32 bits without a sign (WebAuthn, 6.1).
  sign_count bigint NOT NULL,
  transports jsonb NOT NULL,
  name text NOT NULL,
  way text NOT NULL,
  place text NOT NULL,
  attested boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  -- Since when it is to be removed at the service, and when the service confirmed that it is gone.
  removal_due_at timestamptz,
  removed_at timestamptz
);
-- A service knows a credential once. One that is gone makes room for the same again.
CREATE UNIQUE INDEX passkeys_credential ON passkeys (service, credential_id) WHERE removed_at IS NULL;
CREATE INDEX passkeys_device ON passkeys (device_id);
-- What is still to be removed, the longest due first.
CREATE INDEX passkeys_removal ON passkeys (removal_due_at, id) WHERE removal_due_at IS NOT NULL AND removed_at IS NULL;

-- Challenges of logins with a passkey that are under way. Each is taken once.
CREATE TABLE login_challenges (
  id uuid PRIMARY KEY,
  -- Base64url.
  challenge text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX login_challenges_expiry ON login_challenges (expires_at);
