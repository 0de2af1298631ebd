import type { KeyRing, Spending, Spent, Store, Transaction } from '@cardwright/cms';
import type { Store as OpenStore } from './database.js';
import { DrizzleTransaction } from './drizzle-transaction.js';
import { spend } from './spending.js';

/**
 * What the CMS keeps in PostgreSQL or PGlite. PGlite has one connection: `spend` and `transaction` are never called from inside a
 * transaction's work, which would wait for itself.
 */
export const drizzleStore = ({ db }: OpenStore, keys: KeyRing): Store => ({
  keys,
  transaction: <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> =>
    db.transaction(async (connection) => {
      const transaction = new DrizzleTransaction(connection);
      try {
        const result = await work(transaction);
        transaction.requireWhole();
        return result;
      } finally {
        transaction.end();
      }
    }),
  spend: (personId: string, what: Spending): Promise<Spent> => spend(db, personId, what),
});
