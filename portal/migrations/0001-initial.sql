-- People who may sign in.
CREATE TABLE users (
  id uuid PRIMARY KEY,
  username text NOT NULL UNIQUE,
  display_name text NOT NULL,
  email text,
  upn text,
  sid text,
  role text NOT NULL CHECK (role IN ('user', 'operator')),
  password_hash text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Cookie sessions. Only the token's SHA-256 is kept, so that a copy of the database opens no session.
CREATE TABLE sessions (
  token_hash text PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);

-- Counters of failed logins; shared by all portal processes.
CREATE TABLE login_attempts (
  key text PRIMARY KEY,
  attempts integer NOT NULL,
  window_ends_at timestamptz NOT NULL
);

-- One policy for each model of device. factory_secrets is a compact JWE to the portal's own sealing key.
CREATE TABLE device_policies (
  model text PRIMARY KEY,
  policy jsonb NOT NULL,
  factory_secrets text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL
);

CREATE TABLE devices (
  id uuid PRIMARY KEY,
  owner_id uuid NOT NULL REFERENCES users (id),
  model text NOT NULL,
  model_name text NOT NULL,
  serial text,
  guid uuid NOT NULL,
  firmware text,
  state text NOT NULL,
  state_before_suspension text,
  state_reason text,
  proof text NOT NULL,
  management_key text NOT NULL,
  -- False once its user chose a PIN: the escrowed initial PIN is then of no use any more.
  has_initial_pin boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  issued_at timestamptz,
  activated_at timestamptz
);
-- A card is one device at a time: whoever registers it second is told so by the database, not only by the code.
CREATE UNIQUE INDEX devices_guid ON devices (guid) WHERE state <> 'terminated';
CREATE UNIQUE INDEX devices_serial ON devices (model, serial) WHERE serial IS NOT NULL AND state <> 'terminated';
CREATE INDEX devices_owner ON devices (owner_id);

-- Operations: stored state machines. `state` never holds a secret in the clear.
CREATE TABLE operations (
  id text PRIMARY KEY,
  kind text NOT NULL,
  user_id uuid NOT NULL REFERENCES users (id),
  device_id uuid REFERENCES devices (id),
  -- How the card is recognised before it has a device row: its serial, and the GUID that the operation gives it.
  card_serial text,
  guid uuid NOT NULL,
  status text NOT NULL,
  step_number integer NOT NULL,
  session_nonce text NOT NULL,
  state jsonb NOT NULL,
  -- Methods of the commands of that step: the results must be theirs, in their order.
  step_methods jsonb NOT NULL,
  last_answer jsonb,
  last_results_hash text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX operations_device ON operations (device_id, created_at);

-- Sealed copies of what is on a card: written before the card is changed, only ever added.
CREATE TABLE escrows (
  id uuid PRIMARY KEY,
  device_id uuid NOT NULL REFERENCES devices (id),
  operation_id text NOT NULL,
  sealed text NOT NULL,
  -- What the host bound the seal to.
  context jsonb NOT NULL,
  sha256 text NOT NULL,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- When the host reported that all of it is on the card.
  applied_at timestamptz,
  -- When another key was proved on the card, so that this escrow can not be what the card has.
  dropped_at timestamptz
);
CREATE INDEX escrows_device ON escrows (device_id, sequence);

CREATE TABLE certificates (
  id uuid PRIMARY KEY,
  device_id uuid NOT NULL REFERENCES devices (id),
  slot text NOT NULL,
  serial_number text NOT NULL UNIQUE,
  subject text NOT NULL,
  algorithm text NOT NULL,
  der text NOT NULL,
  proof text NOT NULL,
  not_before timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  -- Null while the certificate is good; otherwise the reason of RFC 5280, 5.3.1 that the CRL shows.
  revocation_reason text,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX certificates_device ON certificates (device_id);
CREATE INDEX certificates_revoked ON certificates (revoked_at) WHERE revoked_at IS NOT NULL;

-- CRLs are numbered one by one (RFC 5280, 5.2.3), whichever process signs them.
CREATE SEQUENCE crl_number;

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  event text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('ok', 'failed')),
  device_id uuid,
  operation_id text,
  detail jsonb NOT NULL DEFAULT '{}'
);

-- The log is append-only for the portal too.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
