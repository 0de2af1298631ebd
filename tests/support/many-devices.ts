/**
 * SQL that fills a portal's PostgreSQL as years of use would: devices of many owners in all states, with certificates, passkeys, escrows
 * and operations, most of them over, with their course; sessions and counted logins of which half have expired; and a long log.
 *
 * Disables constraints and triggers while it runs, because they would take most of the time.
 *
 * @param total the number of devices; there are a third as many owners
 */
export const fillSql = (total: number): string => `
  SET session_replication_role = replica;

  INSERT INTO users (id, username, display_name, password_hash)
  SELECT ${uuid('user', 'n')}, 'person.' || n, 'Person ' || n || ' Manyson-' || n, 'none'
  FROM generate_series(1, ${Math.ceil(total / OWNED)}) AS n;

  INSERT INTO devices (id, owner_id, model, model_name, serial, identity, guid, state, state_reason, proof, management_key,
    has_initial_pin, created_at)
  SELECT ${uuid('device', 'n')}, ${uuid('user', `((n - 1) / ${OWNED} + 1)`)},
    CASE WHEN n % 4 = 0 THEN 'piv' ELSE 'yubikey' END, CASE WHEN n % 4 = 0 THEN 'PIV card' ELSE 'YubiKey 5' END,
    CASE WHEN n % 8 = 0 THEN NULL ELSE (10000000 + n)::text END,
    CASE WHEN n % 4 = 0 THEN NULL ELSE 'vendor ' || n END,
    ${uuid('guid', 'n')}, ${STATE}, CASE WHEN n % 200 = 7 THEN 'APPROVAL_NEEDED' END,
    CASE WHEN n % 4 = 0 THEN 'not-proved' ELSE 'attested' END, 'own', n % 40 = 3,
    now() - interval '1 minute' * (${total} - n)
  FROM generate_series(1, ${total}) AS n;

  INSERT INTO certificates (id, device_id, slot, serial_number, subject, algorithm, der, key_hash, proof, not_before, not_after,
    revocation_reason, revoked_at)
  SELECT ${uuid('certificate', 'n * 2 + part')}, ${uuid('device', 'n')}, slot, md5('serial ' || n || slot), 'CN=Somebody', 'P-256',
    '', md5('key ' || n || slot), 'attested', now(), now() + interval '1 year',
    CASE WHEN n % 5 = 0 THEN 'cessationOfOperation' END, CASE WHEN n % 5 = 0 THEN now() END
  FROM generate_series(1, ${total}) AS n, (VALUES ('9A', 0), ('9E', 1)) AS slots (slot, part);

  INSERT INTO passkeys (id, device_id, operation_id, service, rp_id, credential_id, service_id, aaguid, public_key, sign_count,
    transports, name, way, place, attested, removal_due_at, removed_at)
  SELECT ${uuid('passkey', 'n')}, ${uuid('device', 'n')}, 'operation-' || n, 'login', 'localhost', md5('credential ' || n), n::text,
    ${uuid('aaguid', '1')}, '', 0, '["usb"]', 'YubiKey 5', 'page', 'not-proved', false,
    CASE WHEN n % 5 = 0 THEN now() - interval '1 second' * n END, CASE WHEN n % 5 = 0 AND n % 1000 <> 5 THEN now() END
  FROM generate_series(1, ${total}) AS n WHERE n % 4 <> 0;

  INSERT INTO escrows (id, device_id, operation_id, sealed, context, sha256, applied_at)
  SELECT ${uuid('escrow', 'n')}, ${uuid('device', 'n')}, 'operation-' || n, '', '{}', '', now()
  FROM generate_series(1, ${total}) AS n;

  INSERT INTO operations (id, kind, user_id, device_id, guid, status, step_number, session, state, step_methods, created_at)
  SELECT 'operation-' || n, 'issue', ${uuid('user', `((n - 1) / ${OWNED} + 1)`)}, ${uuid('device', 'n')}, ${uuid('guid', 'n')},
    CASE WHEN n % 40 IN (3, 7) THEN 'running' ELSE 'done' END, 6, '', '{}', '[]', now() - interval '1 minute' * (${total} - n)
  FROM generate_series(1, ${total}) AS n;

  INSERT INTO sessions (token_hash, user_id, expires_at)
  SELECT md5('session ' || n), ${uuid('user', `((n - 1) / ${OWNED} + 1)`)}, now() + interval '1 hour' * (n % 2 * 2 - 1)
  FROM generate_series(1, ${total}) AS n;

  INSERT INTO login_attempts (key, attempts, window_ends_at)
  SELECT '192.0.2.1 person.' || n, 1, now() + interval '1 hour' * (n % 2 * 2 - 1)
  FROM generate_series(1, ${total}) AS n;

  INSERT INTO quotas (user_id, what, spent, window_ends_at) SELECT id, 'operation', 1, now() FROM users;

  INSERT INTO audit (actor, event, outcome, device_id, detail)
  SELECT 'person', 'login', 'ok', ${uuid('device', 'n')}, '{}' FROM generate_series(1, ${total}) AS n;

  INSERT INTO audit (actor, event, outcome, device_id, operation_id, detail)
  SELECT 'person', 'escrow.stored', 'ok', ${uuid('device', 'n')}, 'operation-' || n, '{}' FROM generate_series(1, ${total}) AS n;

  INSERT INTO operation_events (operation_id, device_id, actor, what)
  SELECT 'operation-' || n, ${uuid('device', 'n')}, 'person', what::jsonb
  FROM generate_series(1, ${total}) AS n, (VALUES ('{"kind":"started"}'), ('{"kind":"ended","state":"done","error":null}')) AS w (what);

  SET session_replication_role = DEFAULT;
  ANALYZE;
`;

/** The number of devices of each owner. */
const OWNED = 3;

/** States: of two hundred devices 140 are active, 40 are over, and a few in each other state. */
const STATE = `CASE
    WHEN n % 10 = 0 THEN 'terminated'
    WHEN n % 10 = 5 THEN 'available'
    WHEN n % 40 = 3 THEN 'pending'
    WHEN n % 40 = 7 THEN 'producing'
    WHEN n % 40 = 16 THEN 'failed'
    WHEN n % 40 = 22 THEN 'suspended'
    WHEN n % 200 = 24 THEN 'awaiting-approval'
    ELSE 'active'
  END`;

/** Derives a UUID from a number. */
function uuid(what: string, n: string): string {
  return `md5('${what} ' || ${n})::uuid`;
}
