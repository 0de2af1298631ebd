import type { KeyRing } from '@cardwright/cms/keys';
import type { Store, Transaction } from '@cardwright/cms/store';
import type { Database, PortalDatabase } from './database.js';
import { DrizzleTransaction } from './drizzle-transaction.js';
import { spend } from './spending.js';

/**
 * Makes the store of the card management (CMS) in a database of PostgreSQL or PGlite. PGlite has only one connection, so work in a transaction must
 * not call the store's `spend` or `transaction`: the call would wait for ever.
 */
export const drizzleStore = (database: PortalDatabase, keys: KeyRing): Store => ({
  keys,
  transaction: (work) => drizzleTransaction(database, work),
  spend: (personId, what, uses) => spend(database.db, personId, what, uses),
});

/**
 * Runs work in one transaction. The transaction is rolled back if the work throws, or if a call of the transaction failed and the work caught its
 * error.
 *
 * @param work receives the transaction that the card management uses, and its connection, for rows that the card management does not know
 * @throws the error of the work or of the failed call
 */
export const drizzleTransaction = <T>(
  { db }: Pick<PortalDatabase, 'db'>,
  work: (transaction: Transaction, connection: Database) => Promise<T>,
): Promise<T> =>
  db.transaction(async (connection) => {
    const transaction = new DrizzleTransaction(connection);
    try {
      const result = await work(transaction, connection);
      transaction.requireWhole();
      return result;
    } finally {
      transaction.end();
    }
  });
