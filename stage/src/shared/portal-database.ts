import { randomBytes, randomUUID, scryptSync } from 'node:crypto';
import pg from 'pg';

/** Schema in which `keepForReset` saves the state of a new portal. */
const KEPT = 'kept_for_reset';
/** Tables that a reset does not restore: the migrations, the portal's own keys, and the revision by which the portal recognises an old CRL. */
const LASTING = ['migrations', 'registration_authorities', 'crl_revision'];

/** Cost of a quick password hash. The cost is stored with the hash. With the portal's own cost, each login would take a tenth of a second. */
const COST = { N: 2, r: 1, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** An account of a portal, as an administrator specifies it. */
export interface NewAccount {
  readonly username: string;
  readonly password: string;
  readonly displayName: string;
  /** A list of roles, or `user` or `operator` as in the portal's settings. */
  readonly role: string | readonly string[];
  readonly email?: string | undefined;
  readonly upn?: string | undefined;
  readonly sid?: string | undefined;
}

/**
 * Creates a database in a cluster: an empty database or, if `template` is given, a copy of this database.
 *
 * @returns the address of the database
 */
export async function createDatabase(cluster: string, name: string, template?: string): Promise<string> {
  // Files that are copied whole are not in the server's cache, which would write them again when it drops the database.
  const copied = template === undefined ? '' : ` TEMPLATE ${template} STRATEGY FILE_COPY`;
  await connectionTo(cluster).query(`CREATE DATABASE ${name}${copied}`);
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  return url.href;
}

/** Drops a database of a cluster, even if it is in use. */
export async function dropDatabase(cluster: string, name: string): Promise<void> {
  await connectionTo(cluster).query(`DROP DATABASE ${name} WITH (FORCE)`);
}

/** Connections to clusters, by address. For each new connection the server would start a process. */
const connections = new Map<string, pg.Pool>();
/** Milliseconds for which a connection is kept unused. */
const KEPT_UNUSED = 60_000;

/** Returns the connection to a cluster that this process keeps. It does not keep the process from ending. */
function connectionTo(cluster: string): pg.Pool {
  const known = connections.get(cluster);
  if (known) return known;
  const pool = new pg.Pool({
    connectionString: cluster,
    max: 1,
    idleTimeoutMillis: KEPT_UNUSED,
    allowExitOnIdle: true,
  });
  // A cluster may end before its connection. Without a listener the error would end the process.
  pool.on('error', () => connections.delete(cluster));
  connections.set(cluster, pool);
  return pool;
}

/** Roles of the portal for the words of its earlier versions (`FORMER_ROLES` in portal/src/server/accounts/roles.ts). */
const FORMER_ROLES: Readonly<Record<string, readonly string[]>> = {
  user: ['user'],
  operator: ['user', 'operator', 'administrator'],
};

/**
 * Adds accounts whose passwords can be checked quickly. If an account exists already, only its password hash is replaced. A portal that is started
 * later with these accounts does not change them.
 */
export async function addAccounts(url: string, accounts: readonly NewAccount[]): Promise<void> {
  await withClient(url, async (client) => {
    for (const { username, password, displayName, role, email, upn, sid } of accounts) {
      const { rows } = await client.query<{ id: string }>(
        `INSERT INTO users (id, username, password_hash, display_name, email, upn, sid)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (username) DO UPDATE SET password_hash = EXCLUDED.password_hash RETURNING id`,
        [randomUUID(), username, quickHash(password), displayName, email, upn, sid],
      );
      await client.query(
        'INSERT INTO user_roles (user_id, role) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING',
        [rows[0]?.id, typeof role === 'string' ? FORMER_ROLES[role] : role],
      );
      // As where the portal makes the accounts of its settings, the server has appointed them.
      await client.query(
        `INSERT INTO power_acts (kind, what, subject_id) SELECT 'appointed', 'server', $1
         WHERE NOT EXISTS (SELECT 1 FROM power_acts WHERE subject_id = $1)`,
        [rows[0]?.id],
      );
    }
  });
}

/** Hashes a password in the portal's format (portal/src/server/accounts/password.ts). */
function quickHash(password: string): string {
  const salt = randomBytes(SALT_BYTES);
  const hash = scryptSync(password.normalize('NFKC'), salt, HASH_BYTES, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Saves the database content of a portal after its first start, except the tables in `LASTING`. */
export async function keepForReset(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(`CREATE SCHEMA ${KEPT}`);
    for (const table of await tablesOf(client)) await client.query(`CREATE TABLE ${KEPT}.${table} AS TABLE ${table}`);
  });
}

/**
 * Restores the content that `keepForReset` saved, changes device policies, and increments the revision of the CRL.
 *
 * @param policies changed members of the policies, by model; a model that is not named has no policy afterwards
 */
export async function resetDatabase(url: string, policies: Readonly<Record<string, object>>): Promise<void> {
  await withClient(url, async (client) => {
    const tables = await tablesOf(client);
    await client.query('BEGIN');
    // Disables the checks of foreign keys, and the triggers that keep the audit log append-only.
    await client.query('SET LOCAL session_replication_role = replica');
    await client.query(`TRUNCATE ${tables.join(', ')}`);
    for (const table of tables) {
      await client.query(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM ${KEPT}.${table}`);
    }
    await client.query('DELETE FROM device_policies WHERE model <> ALL ($1)', [Object.keys(policies)]);
    for (const [model, changes] of Object.entries(policies)) {
      await client.query('UPDATE device_policies SET policy = policy || $2 WHERE model = $1', [model, changes]);
    }
    await client.query('UPDATE crl_revision SET revision = revision + 1');
    await client.query('COMMIT');
  });
}

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ tablename: string }>(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL ($1)",
    [LASTING],
  );
  return rows.map(({ tablename }) => tablename);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
