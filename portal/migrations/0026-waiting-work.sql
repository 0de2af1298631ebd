-- Operations that operators asked the owners of devices for. They wait until the owner starts them.
CREATE TABLE waiting_work (
  id uuid PRIMARY KEY,
  device_id uuid NOT NULL REFERENCES devices (id),
  kind text NOT NULL,
  asked_by_id uuid NOT NULL REFERENCES users (id),
  asked_by text NOT NULL,
  -- The operator's own words.
  reason text,
  asked_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  operation_id text,
  -- Null while the work waits.
  outcome text,
  ended_at timestamptz
);
-- What waits for a device, and one of each kind at most, however many processes the portal has.
CREATE UNIQUE INDEX waiting_work_device ON waiting_work (device_id, kind) WHERE outcome IS NULL;
-- What expires, the first first.
CREATE INDEX waiting_work_expiry ON waiting_work (expires_at) WHERE outcome IS NULL;

-- A request to give a device back was the reason of its state before. The operator who made it last is in the audit log.
INSERT INTO waiting_work (id, device_id, kind, asked_by_id, asked_by, reason, asked_at, expires_at)
SELECT gen_random_uuid(), devices.id, 'erase', users.id, users.username,
  nullif(substring(devices.state_reason FROM length('asked back by an operator: ') + 1), ''), asked.at, now() + interval '30 days'
FROM devices
CROSS JOIN LATERAL (
  SELECT actor, at FROM audit WHERE audit.device_id = devices.id AND event = 'device.asked-back' ORDER BY at DESC LIMIT 1
) AS asked
JOIN users ON users.username = asked.actor
WHERE devices.state = 'active' AND devices.state_reason LIKE 'asked back by an operator%';
UPDATE devices SET state_reason = NULL WHERE state = 'active' AND state_reason LIKE 'asked back by an operator%';

-- Rules by which the PIN of a device was made or chosen. Null: nobody knows them.
ALTER TABLE devices ADD COLUMN pin_rules jsonb;
-- A device that was begun more than a day after the last change of its policy has a PIN by the rules of that policy: no session lasts longer.
UPDATE devices SET pin_rules = device_policies.policy -> 'pinRules'
FROM device_policies
WHERE device_policies.model = devices.model AND devices.created_at > device_policies.updated_at + interval '1 day';
