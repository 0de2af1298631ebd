import { randomBytes } from 'node:crypto';
import {
  addAccounts,
  askKeeper,
  createDatabase,
  dropDatabase,
  startPostgres,
  type NewAccount,
  type PrivatePostgres,
} from '@cardwright/stage';
import { openPortalDatabase } from '../../portal/src/server/store/database.js';

/** The database in each worker's cluster with the portal's empty tables. */
const TEMPLATE = 'portal_tables';

/** A database for one test on its worker's server. */
export interface OwnDatabase {
  /** For `DATABASE_URL`. */
  readonly url: string;
  /** Drops the database, even if it is in use. */
  stop(): Promise<void>;
}

interface DatabaseOptions {
  /** False: the database has no tables. Default: it has those of the current portal. */
  readonly tables?: boolean;
  /** Accounts in its tables, with passwords that are checked at once. Give those with which a portal is then started. */
  readonly accounts?: readonly NewAccount[];
}

/** Creates a database without rows, unless the test wants accounts. */
export async function openDatabase({ tables = true, accounts = [] }: DatabaseOptions = {}): Promise<OwnDatabase> {
  const { url: server } = await askKeeper('postgres');
  if (tables) await (template ??= makeTemplate(server));
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = await createDatabase(server, name, tables ? TEMPLATE : undefined);
  if (accounts.length > 0) await addAccounts(url, accounts);
  return { url, stop: () => dropDatabase(server, name) };
}

let template: Promise<void> | undefined;

/** Creates the template, unless another test file of this worker has. */
async function makeTemplate(server: string): Promise<void> {
  try {
    const url = await createDatabase(server, TEMPLATE);
    await (await openPortalDatabase({ url })).close();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === DUPLICATE_DATABASE)) throw error;
  }
}

/** PostgreSQL's error code. */
const DUPLICATE_DATABASE = '42P04';

/** Starts a separate server, for tests that stop, restore or measure it. */
export const startOwnPostgres = async (): Promise<PrivatePostgres> => startPostgres(await askKeeper('emptyCluster'));
