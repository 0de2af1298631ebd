-- An account without a password waits for its owner to set one by a link.
ALTER TABLE users ALTER COLUMN password_hash DROP NOT NULL;
ALTER TABLE users ADD COLUMN password_changed_at timestamptz;
-- A disabled account opens nothing until it is enabled. The row of a deleted one stays, because devices and the log name its owner.
ALTER TABLE users ADD COLUMN disabled_at timestamptz;
ALTER TABLE users ADD COLUMN deleted_at timestamptz;

-- True while the password is that of CARDWRIGHT_DEMO_ACCOUNTS. Until now, every account but the first operator's came from there.
ALTER TABLE users ADD COLUMN is_demo boolean NOT NULL DEFAULT false;
UPDATE users SET is_demo = NOT EXISTS (
  SELECT 1 FROM audit WHERE audit.event = 'operator.made' AND audit.detail ->> 'username' = users.username
);

-- The one link by which the owner of an account sets a password. Only the SHA-256 of its token is kept.
CREATE TABLE password_links (
  user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  token_hash text NOT NULL UNIQUE,
  made_by text NOT NULL,
  expires_at timestamptz NOT NULL
);

-- A device that is not over belongs to an account that is there. The lock makes a device wait for a deletion under way, and a deletion for a device.
CREATE FUNCTION require_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM users WHERE id = NEW.owner_id AND deleted_at IS NULL FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the owner of device % was deleted', NEW.id;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER devices_need_owner BEFORE INSERT OR UPDATE OF owner_id, state ON devices
  FOR EACH ROW WHEN (NEW.state NOT IN ('available', 'terminated')) EXECUTE FUNCTION require_owner();
