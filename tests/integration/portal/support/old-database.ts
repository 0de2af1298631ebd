import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { migrate } from '../../../../portal/src/server/store/migrate.js';

const MIGRATIONS = new URL('../../../../portal/migrations/', import.meta.url).pathname;
const EMPTY_DATABASE = new URL('../../../../portal/dist/empty-database.tar.gz', import.meta.url).pathname;
/** What a portal ran before sessions were known by their keys, and devices by their proofs. */
const OLD_MIGRATIONS = ['0001-initial.sql', '0002-erase-and-give-back.sql', '0003-puk-tries.sql'];

type Row = Record<string, unknown>;

/** The tables that refer to no later one, first. */
const TABLES = ['users', 'sessions', 'device_policies', 'devices', 'operations', 'escrows', 'certificates'] as const;

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

/** The state of an issuance as portals kept it before it was one of slices. */
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

/** What a device says of itself, and an issuance did not keep. */
const NOT_KEPT = ['provisional', 'reader', 'atr', 'state', 'applications', 'pin', 'managementKey'];

function oldState(value: unknown): Row {
  const state = flatState(value);
  return { ...state, device: without(rowIn(state.device), 'guid', 'certificates'), policy: oldPolicy(state.policy) };
}

/** How an old portal wrote a row that today's wrote. What it had no column for is left out by itself. */
const AS_IT_WAS: Partial<Record<(typeof TABLES)[number], (row: Row) => Row>> = {
  device_policies: (row) => ({ ...row, policy: oldPolicy(row.policy) }),
  operations: ({ card_hint: hint, state, ...row }) => ({
    ...row,
    session_nonce: randomBytes(16).toString('base64url'),
    card_serial: typeof hint === 'string' && hint.startsWith('serial:') ? hint.slice('serial:'.length) : null,
    state: oldState(state),
  }),
};

/**
 * Copies a portal's embedded database into one that only the old migrations made, as the portal of that time would have
 * written it; without the audit log.
 *
 * @param change more SQL for the old database
 */
export async function makeOldDatabase(from: string, to: string, change: string): Promise<void> {
  const scripts = join(to, '..', 'old-migrations');
  await mkdir(scripts, { recursive: true });
  for (const name of OLD_MIGRATIONS) await cp(join(MIGRATIONS, name), join(scripts, name));
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
      const { rows } = await source.query<{ row: Row }>(`SELECT to_jsonb(t) AS row FROM ${table} AS t`);
      const old = rows.map(({ row }) => (AS_IT_WAS[table] ?? ((same: Row) => same))(row));
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
