-- Passkeys that people have registered for signing in, besides those on issued devices. Everything in a row is public, except whose it is.
CREATE TABLE sign_in_passkeys (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  -- Base64url, as public_key is.
  credential_id text NOT NULL UNIQUE,
  public_key text NOT NULL,
  -- 32 bits without a sign (WebAuthn, 6.1).
  sign_count bigint NOT NULL,
  transports jsonb NOT NULL,
  -- True if a copy of it is kept elsewhere, such as with the vendor of the browser (WebAuthn, 6.1.3).
  backed_up boolean NOT NULL,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz
);
CREATE INDEX sign_in_passkeys_user ON sign_in_passkeys (user_id);

-- When the second factor was given in a session; null if it was not.
ALTER TABLE sessions ADD COLUMN second_factor_at timestamptz;

-- The session that asked for a challenge, and what for. Null for a sign-in, which has no session yet.
ALTER TABLE login_challenges
  ADD COLUMN session_id uuid REFERENCES sessions (id) ON DELETE CASCADE,
  ADD COLUMN purpose text,
  ADD CHECK ((session_id IS NULL) = (purpose IS NULL));
CREATE UNIQUE INDEX login_challenges_session ON login_challenges (session_id, challenge) WHERE session_id IS NOT NULL;
