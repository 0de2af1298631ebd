-- How the user of a session proved who they are, and when: at the login, or again since. A session from before has never proved it.
ALTER TABLE sessions
  ADD COLUMN proved_at timestamptz,
  ADD COLUMN proved_by text,
  -- The device whose passkey it was.
  ADD COLUMN proved_device_id uuid,
  ADD CHECK ((proved_at IS NULL) = (proved_by IS NULL));
