-- Whom an identity of a provider signs in. An equal user name never makes such a row: issuer and subject alone say who a person is.
CREATE TABLE user_identities (
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX user_identities_user ON user_identities (user_id);

-- Sign-ins that a browser has begun at a provider. Only hashes are kept, so that a copy of the database completes no sign-in.
CREATE TABLE sign_in_attempts (
  state_hash text PRIMARY KEY,
  browser_hash text NOT NULL,
  provider text NOT NULL,
  return_to text,
  -- The person who proves again who they are; null for a sign-in.
  user_id uuid REFERENCES users (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_attempts_expiry ON sign_in_attempts (expires_at);

-- The provider that opened a session, by its name in the settings, and the person there. provider_tokens is a compact JWE to the portal's own
-- sealing key; null for a directory.
ALTER TABLE sessions
  ADD COLUMN provider text,
  ADD COLUMN issuer text,
  ADD COLUMN subject text,
  ADD COLUMN provider_sid text,
  ADD COLUMN provider_tokens text,
  ADD COLUMN checked_at timestamptz,
  ADD CHECK (num_nulls(provider, issuer, subject, checked_at) IN (0, 4));
CREATE INDEX sessions_subject ON sessions (issuer, subject) WHERE issuer IS NOT NULL;
CREATE INDEX sessions_checked ON sessions (checked_at) WHERE checked_at IS NOT NULL;

-- Logout tokens that were used, each until it expires.
CREATE TABLE logout_tokens (
  issuer text NOT NULL,
  jti text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (issuer, jti)
);
CREATE INDEX logout_tokens_expiry ON logout_tokens (expires_at);
