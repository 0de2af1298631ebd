import type { Device, Store, Transaction } from '@cardwright/cms/store';
import { BrokenRule, storeCases, type StoreStage } from '@cardwright/cms/store-suite';
import { describe, expect, it } from '@jest/globals';
import { memoryStage, type MemoryStage } from '../../support/memory-stage.js';

/** Tests of the suite on stores with typical faults. Each is the store in memory with one fault. */

type Fault = (stage: MemoryStage) => Partial<Omit<StoreStage, 'store'>> & { readonly store?: Partial<Store> };

/** Runs the suite on a faulty store, and returns the names of the cases that fail with their messages. */
async function findBroken(fault: Fault): Promise<ReadonlyMap<string, string>> {
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
const withMethods =
  (change: (transaction: Transaction, stage: MemoryStage) => Partial<Transaction>): Fault =>
  (stage) => ({
    store: {
      transaction: (work) =>
        stage.store.transaction((transaction) => work(instead(transaction, change(transaction, stage)))),
    },
  });

/** Replaces methods of a transaction. */
const instead = (transaction: Transaction, methods: Partial<Transaction>): Transaction =>
  new Proxy(transaction, {
    get: (target, name) => {
      const method: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof method === 'function' ? (method.bind(target) as unknown) : method;
    },
  });

const byClock = <Row>(rows: readonly Row[], at: (row: Row) => Date): Row[] =>
  [...rows].sort((a, b) => at(b).getTime() - at(a).getTime());

/** Methods of a transaction that change rows. */
const WRITES: readonly PropertyKey[] = ['insertDevice', 'putPolicy', 'putProposal', 'removeProposal', 'spend', 'write'];

describe('the suite of stores', () => {
  it('has cases that a runner can tell apart by their names, a verb first', () => {
    expect(new Set(storeCases.map(({ name }) => name)).size).toBe(storeCases.length);
    expect(storeCases.length).toBeGreaterThan(60);
    expect(storeCases.filter(({ name }) => !/^[a-z]+s /.test(name))).toEqual([]);
  });

  it('finds nothing wrong with the store in memory', async () => {
    expect(await findBroken(() => ({}))).toEqual(new Map());
  });

  it('plays each case on an empty store of its own too', async () => {
    for (const { run } of storeCases.toReversed()) await run(await memoryStage());
  });
});

describe('the suite of stores names the rule that is broken', () => {
  it.each<[string, Fault, readonly string[]]>([
    [
      'by escrows in the order of their clocks',
      withMethods((transaction) => ({
        openDevice: async (id) => {
          const file = await transaction.openDevice(id);
          return file && { ...file, escrows: byClock(file.escrows, ({ createdAt }) => createdAt) };
        },
      })),
      ['opens escrows newest first, by the order of writing and not by clocks'],
    ],
    [
      'by an audit log in the order of its clocks',
      ({ store }) => ({ audit: () => Promise.resolve(byClock(store.contents().audit, ({ at }) => at).reverse()) }),
      ['appends to the audit log in the order of writing, whatever the clocks say'],
    ],
    [
      'by a use that is counted in the transaction under way',
      ({ store }) => {
        let underWay: Transaction | undefined;
        return {
          store: {
            transaction: (work) =>
              store.transaction((transaction) => work((underWay = transaction)).finally(() => (underWay = undefined))),
            spend: (...use) => underWay?.spend(...use) ?? store.spend(...use),
          },
        };
      },
      ['counts a use in a transaction of its own, whatever becomes of others'],
    ],
    [
      'by a serial number that is believed of anyone',
      withMethods((transaction, { store }) => ({
        survey: async (personId, cards) => {
          const { devices, ...survey } = await transaction.survey(personId, cards);
          const claimed = (serial: string | null, model: string): Device | undefined =>
            store.contents().devices.findLast((row) => serial !== null && row.serial === serial && row.model === model);
          const known = survey.cards.map((card, index) => ({
            ...card,
            latest: card.latest ?? claimed(cards[index]?.serial ?? null, cards[index]?.model ?? ''),
          }));
          return { cards: known, devices };
        },
      })),
      [
        'judges each card by itself, whatever other cards are asked for with it',
        'believes a serial number of another person only where the row is proved',
        'believes of a row with an identity only the serial number that this names',
        'ignores the serial number of another person’s security key: only its model is attested',
        'believes no serial number of another person where the row is known by a key',
      ],
    ],
    [
      'by a second certificate of one serial number that is left out without a word',
      withMethods((transaction, { store }) => ({
        write: (changes) => {
          const taken = new Map(store.contents().certificates.map(({ serialNumber, id }) => [serialNumber, id]));
          const certificates = changes.certificates.filter(({ id, serialNumber }) => {
            const isFree = (taken.get(serialNumber) ?? id) === id;
            taken.set(serialNumber, id);
            return isFree;
          });
          return transaction.write({ ...changes, certificates });
        },
      })),
      [
        'undoes a transaction of which a write was refused, though its work does not mind',
        'refuses two certificates with one serial number, on whichever device',
      ],
    ],
    [
      'by errors that are wrapped',
      ({ store }) => ({
        store: {
          transaction: (work) =>
            store.transaction(work).catch((cause: unknown) => {
              throw new Error('the transaction failed', { cause });
            }),
        },
      }),
      [
        'fails with the very error that the work of a transaction threw',
        'undoes a transaction of which a write was refused, though its work does not mind',
      ],
    ],
    [
      'by other words for a transaction that is over',
      withMethods((transaction) => ({
        countDevices: (personId) =>
          transaction.countDevices(personId).catch(() => Promise.reject(new Error('the connection is closed'))),
      })),
      ['refuses what is still asked for when its transaction is over'],
    ],
    [
      'by uses that are counted, where what they are for counts',
      ({ store }) => ({
        store: { spend: (person, what, uses) => store.spend(person, what, Array.isArray(uses) ? uses.length : uses) },
      }),
      [
        'counts what uses are for once an hour, in whichever calls it comes',
        'counts what is used for at the same moment, each once',
      ],
    ],
    [
      'by models in the order of a dictionary',
      withMethods((transaction) => ({
        listPolicies: async () =>
          [...(await transaction.listPolicies())].sort((a, b) => a.model.localeCompare(b.model, 'en')),
      })),
      ['lists policies and proposals by model, in the order of ASCII'],
    ],
  ])('%s, and no other', async (_what, fault, rules) => {
    const broken = await findBroken(fault);
    expect([...broken.keys()]).toEqual(rules);
    for (const [rule, message] of broken)
      expect(message).toContain(`BrokenRule: The store breaks a rule of its contract: it ${rule}.`);
  });

  it('by an undo that does not undo', async () => {
    const broken = await findBroken(({ store }) => ({
      store: {
        transaction: async (work) => {
          const [outcome] = await store.transaction((transaction) => Promise.allSettled([work(transaction)]));
          if (outcome.status === 'rejected') throw outcome.reason;
          return outcome.value;
        },
      },
    }));
    expect([...broken.keys()]).toEqual(
      expect.arrayContaining([
        'shows no one what a transaction wrote before that is kept',
        'undoes everything of a transaction that fails',
        'keeps a proposal whose transaction is undone',
        'takes back what a transaction counted that failed',
      ]),
    );
  });

  it('by locks that are lost: transactions that run beside each other, and write at their end', async () => {
    const broken = await findBroken(({ store }) => ({
      // Nobody ever waits.
      untilOneWaits: () => new Promise(() => undefined),
      store: {
        transaction: async (work) => {
          const writes: ((transaction: Transaction) => unknown)[] = [];
          const beside = new Proxy({} as Transaction, {
            get:
              (_, name) =>
              (...args: unknown[]) => {
                const call = (transaction: Transaction): unknown =>
                  (Reflect.get(transaction, name) as (...args: unknown[]) => unknown).apply(transaction, args);
                if (!WRITES.includes(name))
                  return store.transaction((transaction) => Promise.resolve(call(transaction)));
                writes.push(call);
                return Promise.resolve(true);
              },
          });
          const result = await work(beside);
          await store.transaction(async (transaction) => {
            for (const write of writes) await write(transaction);
          });
          return result;
        },
      },
    }));
    const locks = [
      'lets the second of two transactions of one person see what the first wrote',
      'locks an operation after its person, and reads it as the one before left it',
      'locks the person of an operation that it opens',
      'opens a device with everything that the one before wrote',
      'lets the second of two changes of a policy see what the first wrote',
    ];
    for (const rule of locks)
      expect(broken.get(rule)).toContain('the second transaction did not wait for the end of the first one');
  });
});
