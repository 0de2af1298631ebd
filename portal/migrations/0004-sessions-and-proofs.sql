-- A session is known by its key's thumbprint. Sessions of the earlier protocol have ended with the update; their operations
-- continue in new ones.
ALTER TABLE operations RENAME COLUMN session_nonce TO session;

-- How a running operation's card is recognised while it has no row: serial number, else GUID, else the reader and insertion. One
-- operation runs for a card and for a device at a time; of several that run now, the latest stays.
ALTER TABLE operations ADD COLUMN card_hint text;
UPDATE operations SET card_hint = 'serial:' || card_serial WHERE card_serial IS NOT NULL AND device_id IS NULL;
ALTER TABLE operations DROP COLUMN card_serial;
UPDATE operations SET step_number = step_number + 1, last_answer = NULL, last_results_hash = NULL WHERE status = 'running';
UPDATE operations SET status = 'cancelled' WHERE id IN (
  SELECT id FROM (
    SELECT id,
      row_number() OVER (PARTITION BY device_id ORDER BY created_at DESC, id) AS by_device,
      row_number() OVER (PARTITION BY user_id, card_hint ORDER BY created_at DESC, id) AS by_hint,
      device_id, card_hint
    FROM operations WHERE status = 'running'
  ) AS ranked
  WHERE (device_id IS NOT NULL AND by_device > 1) OR (card_hint IS NOT NULL AND by_hint > 1)
);
CREATE UNIQUE INDEX operations_running_device ON operations (device_id) WHERE status = 'running' AND device_id IS NOT NULL;
CREATE UNIQUE INDEX operations_running_card ON operations (user_id, card_hint)
  WHERE status = 'running' AND card_hint IS NOT NULL;

-- Who a device is by what its vendor signed. A serial number that nobody signed is not unique.
ALTER TABLE devices ADD COLUMN identity text;
DROP INDEX devices_serial;
CREATE UNIQUE INDEX devices_identity ON devices (identity)
  WHERE identity IS NOT NULL AND state NOT IN ('available', 'terminated');
CREATE INDEX devices_identities ON devices (identity) WHERE identity IS NOT NULL;

-- SHA-256 of a certificate's SubjectPublicKeyInfo, base64url; filled in for older rows when the portal starts.
ALTER TABLE certificates ADD COLUMN key_hash text;
CREATE INDEX certificates_key ON certificates (key_hash);

-- What becomes of keys that no vendor attests. Where they were let pass so far, an operator now looks at the device.
UPDATE device_policies SET policy = (policy - 'requireAttestation') || jsonb_build_object(
  'unprovenKeys', CASE WHEN (policy ->> 'requireAttestation')::boolean THEN 'refuse' ELSE 'supervised' END,
  'attestationIntermediates', '[]'::jsonb,
  'olderManagementKeyAlgorithms', CASE
    WHEN model = 'yubikey' THEN '[{"before": "5.4.2", "algorithm": "3DES"}]'::jsonb
    ELSE '[]'::jsonb
  END,
  'factoryKeyAlgorithms', CASE
    WHEN model = 'yubikey' THEN '[{"from": "0", "algorithm": "3DES"}, {"from": "5.7", "algorithm": "AES-192"}]'::jsonb
    ELSE jsonb_build_array(jsonb_build_object('from', '0', 'algorithm', policy ->> 'managementKeyAlgorithm'))
  END
);
