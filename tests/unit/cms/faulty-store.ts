import type { CardAppearance, Device, Store, Transaction } from '@cardwright/cms/store';
import { BrokenRule, storeCases, type StoreStage } from '@cardwright/cms/store-suite';
import { expect } from '@jest/globals';
import { memoryStage, type MemoryStage } from '../../support/memory-stage.js';

/** Stores with typical faults. Each is the store in memory with one fault. */

/** Makes a faulty stage from a sound one: members that replace its own. */
export type Fault = (stage: MemoryStage) => Partial<Omit<StoreStage, 'store'>> & { readonly store?: Partial<Store> };

/** Runs the suite on a faulty store, and returns the names of the cases that fail with their messages. */
export async function findBroken(fault: Fault): Promise<ReadonlyMap<string, string>> {
  const sound = await memoryStage();
  const { store, ...others } = fault(sound);
  const { keys } = sound.store;
  const stage: StoreStage = {
    ...sound,
    ...others,
    store: {
      keys,
      transaction: store?.transaction ?? ((work) => sound.store.transaction(work)),
      spend: store?.spend ?? ((...use) => sound.store.spend(...use)),
    },
  };
  const broken = new Map<string, string>();
  for (const { name, run } of storeCases) {
    const [outcome] = await Promise.allSettled([run(stage)]);
    if (outcome.status === 'fulfilled') continue;
    expect(outcome.reason).toBeInstanceOf(BrokenRule);
    expect(outcome.reason).toMatchObject({ rule: name });
    broken.set(name, String(outcome.reason));
  }
  return broken;
}

/** Makes the fault of a store whose transactions have some other methods. */
export const withMethods =
  (change: (transaction: Transaction, stage: MemoryStage) => Partial<Transaction>): Fault =>
  (stage) => ({
    store: {
      transaction: (work) =>
        stage.store.transaction((transaction) => work(instead(transaction, change(transaction, stage)))),
    },
  });

/** Replaces methods of a transaction. */
export const instead = (transaction: Transaction, methods: Partial<Transaction>): Transaction =>
  new Proxy(transaction, {
    get: (target, name) => {
      const method: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof method === 'function' ? (method.bind(target) as unknown) : method;
    },
  });

/** Makes the fault of a store that finds another latest row of a card. */
export const withLatest = (
  choose: (latest: Device | undefined, card: CardAppearance, rows: readonly Device[]) => Device | undefined,
): Fault =>
  withMethods((transaction, { store }) => ({
    survey: async (personId, cards) => {
      const { devices, ...survey } = await transaction.survey(personId, cards);
      const rows = store.contents().devices;
      const known = survey.cards.map((seen, index) => {
        const card = cards[index];
        return card ? { ...seen, latest: choose(seen.latest, card, rows) } : seen;
      });
      return { cards: known, devices };
    },
  }));
