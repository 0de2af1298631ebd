-- When it was first noticed that a person may no longer sign in, and by what. Null for a person who may, and for one of whom nobody knows.
ALTER TABLE users
  ADD COLUMN left_at timestamptz,
  ADD COLUMN left_because text CHECK (
    left_because IN ('not-in-directory', 'no-role', 'refused-by-provider', 'session-refused', 'disabled', 'deleted')
  ),
  -- What was done to the person's devices because of that, as the setting of leavers wants it.
  ADD COLUMN devices_suspended_at timestamptz,
  ADD COLUMN devices_terminated_at timestamptz,
  ADD CHECK (num_nulls(left_at, left_because) IN (0, 2)),
  ADD CHECK (left_at IS NOT NULL OR num_nonnulls(devices_suspended_at, devices_terminated_at) = 0);
UPDATE users SET
  left_at = coalesce(deleted_at, disabled_at),
  left_because = CASE WHEN deleted_at IS NULL THEN 'disabled' ELSE 'deleted' END
WHERE deleted_at IS NOT NULL OR disabled_at IS NOT NULL;
CREATE INDEX users_left ON users (left_at) WHERE left_at IS NOT NULL;

-- When the person last signed in by this identity, or the directory was last asked for the person without a session. Null: never since this column.
ALTER TABLE user_identities ADD COLUMN asked_at timestamptz;
CREATE INDEX user_identities_asked ON user_identities (issuer, asked_at NULLS FIRST);
