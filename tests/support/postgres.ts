import { randomBytes } from 'node:crypto';
import { askKeeper, createDatabase, dropDatabase, startPostgres, type PrivatePostgres } from '@cardwright/stage';
import { openStore } from '../../portal/src/server/store/database.js';

/** In each worker's cluster: a database that has the portal's tables, and nothing in them. */
const TEMPLATE = 'portal_tables';

/** A database of a test's own, on the server of its worker. */
export interface OwnDatabase {
  /** For `DATABASE_URL`. */
  readonly url: string;
  /** Removes it, whoever still uses it. */
  stop(): Promise<void>;
}

/** Makes an empty database, with the tables of today's portal unless `tables` is false. */
export async function openDatabase({ tables = true }: { readonly tables?: boolean } = {}): Promise<OwnDatabase> {
  const { url: server } = await askKeeper('postgres');
  if (tables) await (template ??= makeTemplate(server));
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = await createDatabase(server, name, tables ? TEMPLATE : undefined);
  return { url, stop: () => dropDatabase(server, name) };
}

let template: Promise<void> | undefined;

/** Another file of this worker may have made it. */
async function makeTemplate(server: string): Promise<void> {
  try {
    const url = await createDatabase(server, TEMPLATE);
    await (await openStore({ url })).close();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === DUPLICATE_DATABASE)) throw error;
  }
}

/** PostgreSQL's own code. */
const DUPLICATE_DATABASE = '42P04';

/** Starts a server of a test's own, for what a shared one cannot be: stopped, restored, or counted on. */
export const startOwnPostgres = async (): Promise<PrivatePostgres> => startPostgres(await askKeeper('emptyCluster'));
