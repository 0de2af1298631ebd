-- Every list is read in pages by the order of its index, and every lookup by an index: what they cost does not grow with the portal.

-- The operator's list, newest first: all, by state, by model, by both; and by the beginning of the serial number, in its order.
CREATE INDEX devices_created ON devices (created_at, id);
CREATE INDEX devices_state ON devices (state, created_at, id);
CREATE INDEX devices_model ON devices (model, created_at, id);
CREATE INDEX devices_model_state ON devices (model, state, created_at, id);
CREATE INDEX devices_serial ON devices (serial COLLATE "C", id) WHERE serial IS NOT NULL;
-- Those that wait for an operator's approval, who waits longest first.
CREATE INDEX devices_waiting ON devices (created_at, id)
  WHERE state = 'awaiting-approval'
    OR (state = 'producing' AND state_reason = 'APPROVAL_NEEDED' AND puk_approved_at IS NULL);
-- Owners by the beginning of their name, of its last word, and of their user name.
CREATE INDEX users_name ON users (lower(display_name) text_pattern_ops);
CREATE INDEX users_last_name ON users (lower(substring(display_name from '[^ ]+$')) text_pattern_ops);
CREATE INDEX users_username ON users (username text_pattern_ops);

-- A card without a serial number, by its CHUID, whatever became of its rows.
CREATE INDEX devices_guids ON devices (guid);
-- A proved device of an older portal, which wrote down no identity.
CREATE INDEX devices_unidentified ON devices (serial) WHERE identity IS NULL AND proof = 'attested';
-- What a user has: rows of devices that are nobody's any more only grow in number.
DROP INDEX devices_owner;
CREATE INDEX devices_owner ON devices (owner_id, created_at);
CREATE INDEX devices_held ON devices (owner_id, created_at) WHERE state NOT IN ('available', 'terminated');

-- A user's operation on a card that comes back. Those that are over only grow in number.
CREATE INDEX operations_running_user ON operations (user_id, guid) WHERE status = 'running';

-- What has expired, to be deleted.
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX login_attempts_expiry ON login_attempts (window_ends_at);
