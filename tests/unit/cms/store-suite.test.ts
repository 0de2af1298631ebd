import type { Transaction } from '@cardwright/cms/store';
import { storeCases } from '@cardwright/cms/store-suite';
import { describe, expect, it } from '@jest/globals';
import { memoryStage } from '../../support/memory-stage.js';
import { findBroken, type Fault } from './faulty-store.js';

/** Tests of the suite itself, and of faults that break many of its rules. */

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

describe('the suite of stores names the rules that are broken', () => {
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

  it.each<[string, Fault]>([
    ['fails at once', () => ({ store: { spend: () => Promise.reject(new Error('the file is locked')) } })],
    [
      'throws at once',
      () => ({
        store: {
          spend: () => {
            throw new Error('the file is locked');
          },
        },
      }),
    ],
  ])('by a count that %s, without waiting for a transaction that is left open', async (_what, fault) => {
    const broken = await findBroken(fault);
    const rule = 'counts a use in a transaction of its own, whatever becomes of others';
    expect(broken.get(rule)).toContain('the file is locked');
    expect([...broken.values()].filter((message) => message.includes('did not end'))).toEqual([]);
  });

  it('by transactions that never begin, without waiting for them', async () => {
    const broken = await findBroken(() => ({
      store: { transaction: () => Promise.reject(new Error('the file is locked')) },
    }));
    expect(broken.size).toBeGreaterThan(50);
    for (const message of broken.values()) expect(message).toContain('the file is locked');
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
