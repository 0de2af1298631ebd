import { randomUUID } from 'node:crypto';
import { memoryStore, type MemoryStore } from '@cardwright/cms';
import type { StoreStage } from '@cardwright/cms/store-suite';

/** Stage of a store in memory. */
export interface MemoryStage extends Required<StoreStage> {
  readonly store: MemoryStore;
}

/** Opens the store in memory on a stage of the suite. */
export async function memoryStage(): Promise<MemoryStage> {
  let later = 0;
  const store = await memoryStore({ now: () => Date.now() + later });
  return {
    store,
    audit: () => Promise.resolve(store.contents().audit),
    events: () => Promise.resolve(store.contents().events),
    newPerson: () => Promise.resolve(randomUUID()),
    untilOneWaits: () => Promise.resolve(),
    passAnHour: () => {
      later += 60 * 60 * 1000;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
