import { randomUUID } from 'node:crypto';
import { memoryStore } from '@cardwright/cms';

/**
 * A stage for the suite: your store, and what the suite cannot do through its interface. Here it is the store in memory.
 *
 * @returns {Promise<import('@cardwright/cms/store-suite').StoreStage>}
 */
export async function openStage() {
  let later = 0;
  const store = await memoryStore({ now: () => Date.now() + later });
  return {
    store,
    // With a table of people: insert a row, and return its id.
    newPerson: async () => randomUUID(),
    audit: async () => store.contents().audit,
    events: async () => store.contents().events,
    // With locks: ask your database until a transaction waits for one, or `signal` aborts.
    untilOneWaits: async () => {},
    passAnHour: async () => {
      later += 60 * 60 * 1000;
    },
    close: async () => {},
  };
}
