import pg from 'pg';

/** Schema with the state of a new portal. */
const KEPT = 'kept_for_reset';
/** Tables that outlive a reset: the portal's own keys, and the number by which it recognises an old CRL. */
const LASTING = ['migrations', 'registration_authorities', 'crl_revision'];

/** Creates an empty database in a cluster. @returns the address of the database */
export async function createDatabase(cluster: string, name: string, template?: string): Promise<string> {
  await withClient(cluster, (client) =>
    client.query(`CREATE DATABASE ${name}${template === undefined ? '' : ` TEMPLATE ${template}`}`),
  );
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  return url.href;
}

/** Drops a database of a cluster, even one in use. */
export async function dropDatabase(cluster: string, name: string): Promise<void> {
  await withClient(cluster, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
}

/** Saves the database content of a portal after its first start. */
export async function keepForReset(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(`CREATE SCHEMA ${KEPT}`);
    for (const table of await tablesOf(client)) await client.query(`CREATE TABLE ${KEPT}.${table} AS TABLE ${table}`);
  });
}

/**
 * Restores the content that `keepForReset` has saved, and changes device policies.
 *
 * @param policies the members that differ, by model; a model that is not named has no policy
 */
export async function resetDatabase(url: string, policies: Readonly<Record<string, object>>): Promise<void> {
  await withClient(url, async (client) => {
    const tables = await tablesOf(client);
    await client.query('BEGIN');
    // Disables references, and the triggers that keep the audit log append-only.
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
