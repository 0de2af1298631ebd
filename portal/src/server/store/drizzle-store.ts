import type { KeyRing } from '@cardwright/cms/keys';
import type { Changes, Store, Transaction } from '@cardwright/cms/store';
import type { Database, PortalDatabase } from './database.js';
import { DrizzleTransaction } from './drizzle-transaction.js';
import { spend } from './spending.js';
import type { WriteChanges } from './write-changes.js';

/**
 * Makes the store of the card management (CMS) in a database of PostgreSQL or PGlite. PGlite has only one connection, so work in a transaction must
 * not call the store's `spend` or `transaction`: the call would wait for ever.
 *
 * @param onCommit is told what a transaction has written, once it is committed
 * @param put writes changes, and perhaps what follows from them in the same transaction
 */
export const drizzleStore = (
  database: PortalDatabase,
  keys: KeyRing,
  onCommit: (changes: Changes) => void = () => undefined,
  put?: WriteChanges,
): Store => ({
  keys,
  transaction: async (work) => {
    const written: Changes[] = [];
    const result = await drizzleTransaction(database, work, written, put);
    for (const changes of written) onCommit(changes);
    return result;
  },
  spend: (personId, what, uses) => spend(database.db, personId, what, uses),
});

/**
 * Runs work in one transaction. The transaction is rolled back if the work throws, or if a call of the transaction failed and the work caught its
 * error.
 *
 * @param work receives the transaction that the card management uses, and its connection, for rows that the card management does not know
 * @param written gets what the transaction writes
 * @param put as `drizzleStore` takes it
 * @throws the error of the work or of the failed call
 */
export const drizzleTransaction = <T>(
  { db }: Pick<PortalDatabase, 'db'>,
  work: (transaction: Transaction, connection: Database) => Promise<T>,
  written: Changes[] = [],
  put?: WriteChanges,
): Promise<T> =>
  db.transaction(async (connection) => {
    const transaction = new DrizzleTransaction(connection, written, put);
    try {
      const result = await work(transaction, connection);
      transaction.requireWhole();
      return result;
    } finally {
      transaction.end();
    }
  });
