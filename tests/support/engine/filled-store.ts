import { memoryStore, type MemoryStore } from '@cardwright/cms';
import type { KeyRing } from '@cardwright/cms/keys';

/** Rows of a store in memory. */
export type Contents = ReturnType<MemoryStore['contents']>;

/** Opens a store in memory with these rows, which stay as they are in the store that they come from. Quotas begin again. */
export async function filledStore(keys: KeyRing, contents: Contents): Promise<MemoryStore> {
  const store = await memoryStore({ keys });
  await store.transaction(async (transaction) => {
    for (const policy of contents.policies) await transaction.putPolicy(policy, 'add');
  });
  await addRows(store, contents);
  return store;
}

/** Adds these rows of another store, all but the policies. */
export async function addRows(store: MemoryStore, { policies: _policies, ...changes }: Contents): Promise<void> {
  await store.transaction(async (transaction) => {
    for (const device of changes.devices) await transaction.insertDevice(device);
    await transaction.write(changes);
  });
}
