import type { KeyRing } from '../keys/key-ring.js';
import { newKeyRing } from '../keys/new-key-ring.js';
import { MemoryRows } from './memory-rows.js';
import { MemoryTransaction } from './memory-transaction.js';
import type { PolicyRow } from './rows.js';
import type { Changes, Spending, Spent, Store, Transaction, Uses } from './store.js';

/** A store that loses everything with its process: for tests, simulations and a first try. */
export interface MemoryStore extends Store {
  /** Returns the rows of every kind except proposals, each kind in the order in which its rows were added. */
  contents(): Changes & { readonly policies: readonly PolicyRow[] };
}

export interface MemoryStoreOptions {
  /** If left out, new keys are generated. */
  readonly keys?: KeyRing;
  /** Clock for the hours of `spend`, in milliseconds since 1970; the system's clock by default. */
  readonly now?: () => number;
}

/**
 * Makes a store in memory. Its transactions run one after another.
 *
 * @example
 * const store = await memoryStore({ keys: await newKeyRing() });
 */
export async function memoryStore({ keys, now }: MemoryStoreOptions = {}): Promise<MemoryStore> {
  return new QueuedStore(keys ?? (await newKeyRing()), now ?? (() => Date.now()));
}

class QueuedStore implements MemoryStore {
  readonly #rows: MemoryRows;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly keys: KeyRing,
    now: () => number,
  ) {
    this.#rows = new MemoryRows(now);
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const run = this.#last.then(() => this.#run(work));
    // The next transaction runs even if this one failed.
    this.#last = run.catch(() => undefined);
    return run;
  }

  spend(personId: string, what: Spending, uses?: Uses): Promise<Spent> {
    return this.transaction((transaction) => transaction.spend(personId, what, uses));
  }

  contents(): Changes & { readonly policies: readonly PolicyRow[] } {
    const { operations, devices, escrows, certificates, passkeys, notices, work, audit, events, policies } = this.#rows;
    return {
      operations: operations.all(),
      devices: devices.all(),
      escrows: escrows.all(),
      certificates: certificates.all(),
      passkeys: passkeys.all(),
      notices: notices.all(),
      work: work.all(),
      audit: [...audit],
      events: [...events],
      policies: [...policies.values()],
    };
  }

  async #run<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const transaction = new MemoryTransaction(this.#rows);
    try {
      const result = await work(transaction);
      transaction.requireWhole();
      this.#rows.keep();
      return result;
    } catch (error) {
      this.#rows.undo();
      throw error;
    } finally {
      transaction.end();
    }
  }
}
