import { randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { migrate } from '../../../../portal/src/server/store/migrate.js';

const MIGRATIONS = new URL('../../../../portal/migrations/', import.meta.url).pathname;
const EMPTY_DATABASE = new URL('../../../../portal/dist/empty-database.tar.gz', import.meta.url).pathname;

type Row = Record<string, unknown>;

/** Tables of every version. Those that refer to no later one come first. */
const TABLES = ['users', 'sessions', 'device_policies', 'devices', 'operations', 'escrows', 'certificates'] as const;

/** An earlier portal, by its database. */
export interface OldVersion {
  /** The name of the first migration that it lacked. */
  readonly before: string;
  /** Converts a row of today to its version. Missing columns are left out automatically. */
  readonly asItWas: Partial<Record<(typeof TABLES)[number], (row: Row) => Row>>;
}

const only = (row: Row, names: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)));

const without = (row: Row, ...names: string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

function rowIn(value: unknown): Row {
  if (typeof value !== 'object' || value === null) throw new Error('expected an object');
  return { ...value };
}

function oldPolicy(value: unknown): Row {
  const policy = rowIn(value);
  const rest = without(policy, 'unprovenKeys', 'attestationIntermediates', 'factoryKeyAlgorithms');
  return { ...rest, requireAttestation: policy.unprovenKeys === 'refuse' };
}

const OLD_STAGES: Readonly<Record<string, string>> = { witness: 'challenge', 'new-witness': 'prove' };

/** Returns the state of an issuance as portals kept it before it was divided into slices. */
export function flatState(value: unknown): Row {
  const { step, slices } = rowIn(value);
  const slice = (name: string): Row => rowIn(rowIn(slices)[name]);
  const { device } = slice('session');
  const { puk, ...info } = rowIn(device);
  const { candidates, tries, challenge } = slice('authentication');
  const { escrow, isPrepared, isApplied } = slice('credentials');
  return {
    stage: OLD_STAGES[String(step)] ?? step,
    device: { ...without(info, ...NOT_KEPT), pukIsDefault: puk === null ? null : rowIn(puk).isDefault },
    policy: slice('policy').policy,
    candidates,
    tries,
    challenge,
    escrow,
    isPrepared,
    isApplied,
    isKeyToProve: slice('newKey').isToProve,
    leftOut: slice('leftOut').slots,
  };
}

/** The device's own facts that an issuance did not keep. */
const NOT_KEPT = ['provisional', 'reader', 'atr', 'state', 'applications', 'pin', 'managementKey'];

function oldState(value: unknown): Row {
  const state = flatState(value);
  return { ...state, device: without(rowIn(state.device), 'guid', 'certificates'), policy: oldPolicy(state.policy) };
}

/** A portal from before sessions were identified by their keys, and devices by their proofs. */
export const BEFORE_PROOFS: OldVersion = {
  before: '0004-sessions-and-proofs.sql',
  asItWas: {
    device_policies: (row) => ({ ...row, policy: oldPolicy(row.policy) }),
    operations: ({ card_hint: hint, state, ...row }) => ({
      ...row,
      session_nonce: randomBytes(16).toString('base64url'),
      card_serial: typeof hint === 'string' && hint.startsWith('serial:') ? hint.slice('serial:'.length) : null,
      state: oldState(state),
    }),
  },
};

/** A portal from before devices got passkeys: an issuance knew nothing of them, nor of FIDO. */
export const BEFORE_PASSKEYS: OldVersion = {
  before: '0009-passkeys.sql',
  asItWas: { operations: ({ state, ...row }) => ({ ...row, state: stateWithoutPasskeys(state) }) },
};

/** A portal from before there were mobile devices, which changed nothing in a card's issuance. */
export const BEFORE_MOBILE: OldVersion = { before: '0010-mobile-devices.sql', asItWas: {} };

/**
 * A portal from before a device whose vendor signs no serial number was identified by the key of its proof. It identified such a device by
 * the attestation key of its batch.
 */
export const BEFORE_PROOF_KEYS: OldVersion = {
  before: '0011-identity-without-a-serial-number.sql',
  asItWas: {
    devices: (row) => ({ ...row, ...oldIdentity(row) }),
    certificates: (row) => ({ ...row, proof: 'attested' }),
    operations: ({ state, ...row }) => ({ ...row, state: stateWithAttestationKey(state) }),
  },
};

const oldKey = (key: unknown): string => String(key).replace(':9e:', ':f9:');

function oldIdentity({ identity, state, proof }: Row): Row {
  if (typeof identity !== 'string' || !identity.includes(':9e:')) return {};
  return { identity: oldKey(identity), proof: state === 'producing' ? proof : 'attested' };
}

function stateWithAttestationKey(value: unknown): Row {
  const { slices: stored, ...state } = rowIn(value);
  const { proof, ...slices } = rowIn(stored);
  if (proof === undefined) return { ...state, slices };
  const { shown, ...rest } = rowIn(proof);
  if (shown === null) return { ...state, slices: { ...slices, proof: { ...rest, shown } } };
  const { identity, publicKey } = rowIn(shown);
  const { key, ...facts } = rowIn(identity);
  const old = { publicKey, identity: { ...facts, key: oldKey(key), attestationKey: 'f9'.repeat(32) } };
  return { ...state, slices: { ...slices, proof: { ...rest, shown: old } } };
}

/** Slices of an earlier issuance, by the names of their members. */
const SLICES: Readonly<Record<string, readonly string[]>> = {
  session: ['device', 'hostKey'],
  policy: ['policy'],
  erasure: ['isDue'],
  authentication: ['candidates', 'tries', 'witness', 'challenge', 'proved'],
  proof: ['challenge', 'shown', 'isNamed'],
  credentials: ['escrow', 'isPrepared', 'isApplied'],
  newKey: ['isToProve', 'witness', 'challenge'],
  keys: ['requestChallenge'],
  leftOut: ['slots'],
  completion: ['areCertificatesReadBack', 'isPinChosen'],
};

function stateWithoutPasskeys(value: unknown): Row {
  const { slices: stored, ...state } = rowIn(value);
  const slices = Object.entries(rowIn(stored)).flatMap(([name, slice]) => {
    const known = SLICES[name];
    return known === undefined ? [] : [[name, slice === null ? null : only(rowIn(slice), known)] as const];
  });
  const { session, ...others } = Object.fromEntries(slices);
  const { device, ...kept } = rowIn(session);
  return { ...state, slices: { ...others, session: { ...kept, device: without(rowIn(device), 'fido2') } } };
}

/** Converts an escrow to the form in which both of its secrets were dropped together. */
const whole = (row: Row): Row => ({ ...row, dropped_at: row.puk_dropped_at });

/** Rows of which a column has become a table of its own. */
const AS_JSON: Partial<Record<(typeof TABLES)[number], string>> = {
  users: `to_jsonb(t) || jsonb_build_object('role', CASE
    WHEN EXISTS (SELECT FROM user_roles WHERE user_id = t.id AND role = 'operator') THEN 'operator' ELSE 'user' END)`,
};

/**
 * Copies a portal's embedded database into one that only the old migrations made, as the portal of that time would have written it;
 * without the audit log.
 *
 * @param version of that portal
 * @param change more SQL for the old database
 */
export async function makeOldDatabase(
  from: string,
  to: string,
  { before, asItWas }: OldVersion,
  change: string,
): Promise<void> {
  const scripts = join(to, '..', 'old-migrations');
  await mkdir(scripts, { recursive: true });
  for (const name of (await readdir(MIGRATIONS)).filter((one) => one < before))
    await cp(join(MIGRATIONS, name), join(scripts, name));
  const source = await PGlite.create(from);
  const target = await PGlite.create(to, { loadDataDir: new Blob([await readFile(EMPTY_DATABASE)]) });
  try {
    await migrate(
      {
        run: async (sql) => {
          await target.exec(sql);
        },
        rows: async (sql, values) => (await target.query<Row>(sql, values)).rows,
      },
      scripts,
    );
    for (const table of TABLES) {
      const { rows } = await source.query<{ row: Row }>(
        `SELECT ${AS_JSON[table] ?? 'to_jsonb(t)'} AS row FROM ${table} AS t`,
      );
      const old = rows.map(({ row }) =>
        (asItWas[table] ?? ((same: Row) => same))(table === 'escrows' ? whole(row) : row),
      );
      await target.query(
        `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`,
        [JSON.stringify(old)],
      );
    }
    await target.exec(`SELECT setval(pg_get_serial_sequence('escrows', 'sequence'), max(sequence)) FROM escrows`);
    await target.exec(change);
  } finally {
    await source.close();
    await target.close();
  }
}
