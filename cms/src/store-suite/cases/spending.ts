import { setTimeout as pause } from 'node:timers/promises';
import { same } from '../checks.js';
import { storeCase, type StoreCase } from '../store-case.js';

const MINUTE = 60_000;

/** Milliseconds that are enough for every clock to move on. */
const A_MOMENT = 20;

/** Cases of `spend`. */
export const spendingCases: readonly StoreCase[] = [
  storeCase('counts uses at the same moment one by one', async ({ store, stage }) => {
    const person = await stage.newPerson();
    const uses = await Promise.all(Array.from({ length: 20 }, () => store.spend(person, 'operation')));
    const counts = uses.map(({ spent }) => spent).sort((a, b) => a - b);
    same(
      'the counts',
      counts,
      Array.from({ length: 20 }, (_, use) => use + 1),
    );
    same('the number of hours', new Set(uses.map(({ windowEndsAt }) => windowEndsAt.getTime())).size, 1);
  }),

  storeCase('counts each person and each thing for itself', async ({ store, stage }) => {
    const [one, other] = [await stage.newPerson(), await stage.newPerson()];
    await store.spend(one, 'operation');
    same('another thing', (await store.spend(one, 'witness')).spent, 1);
    same('another person', (await store.spend(other, 'operation')).spent, 1);
    same('the same of both', (await store.spend(one, 'operation')).spent, 2);
  }),

  storeCase('begins another hour when the one under way is over', async ({ store, stage }) => {
    const person = await stage.newPerson();
    await store.spend(person, 'operation');
    const { windowEndsAt } = await store.spend(person, 'operation');
    await stage.passAnHour();
    const next = await store.spend(person, 'operation');
    same('the first use of the next hour', next.spent, 1);
    const hasMoved = next.windowEndsAt.getTime() >= windowEndsAt.getTime();
    same('whether the next hour ends later, or the one before was moved back', hasMoved, true);
    same('the second use of the next hour', await store.spend(person, 'operation'), { ...next, spent: 2 });
  }),

  storeCase(
    'tells when the hour ends: an hour after the first call, whatever that counted',
    async ({ store, stage }) => {
      const person = await stage.newPerson();
      const { windowEndsAt } = await store.spend(person, 'card', 0);
      // Other cases may have moved the store's clock by whole hours.
      const minutes = (windowEndsAt.getTime() - Date.now()) / MINUTE;
      const isWhole = minutes > 59 && Math.abs(minutes - 60 * Math.round(minutes / 60)) < 1;
      if (!isWhole) throw new Error(`the hour ends in ${minutes} minutes`);
      // Waits, because a store that wrongly began another hour at the same moment would give that hour the same end.
      await pause(A_MOMENT);
      same('the end after another call', (await store.spend(person, 'card')).windowEndsAt, windowEndsAt);
    },
  ),

  storeCase('counts several uses of one call, and none of a call that only asks', async ({ store, stage }) => {
    const person = await stage.newPerson();
    same('a call that asks first', (await store.spend(person, 'card', 0)).spent, 0);
    same('a call of 64 uses', (await store.spend(person, 'card', 64)).spent, 64);
    same('a call that asks', (await store.spend(person, 'card', 0)).spent, 64);
    same('a call that names no number', (await store.spend(person, 'card')).spent, 65);
  }),

  storeCase('counts what uses are for once an hour, in whichever calls it comes', async ({ store, stage }) => {
    const [person, other] = [await stage.newPerson(), await stage.newPerson()];
    const spendFor = async (...subjects: string[]) => (await store.spend(person, 'others-card', subjects)).spent;
    same('nothing', await spendFor(), 0);
    same('one of two twice', await spendFor('a', 'b', 'a'), 2);
    same('one again', await spendFor('b'), 2);
    same('nothing again', await spendFor(), 2);
    same('one again and a new one', await spendFor('b', '{c,"d"}'), 3);
    same('of another person', (await store.spend(other, 'others-card', ['a'])).spent, 1);
    await stage.passAnHour();
    same('one of before in the next hour', await spendFor('a'), 1);
    same('two in the next hour', await spendFor('a', 'b'), 2);
  }),

  storeCase('counts what is used for at the same moment, each once', async ({ store, stage }) => {
    const person = await stage.newPerson();
    const spendFor = (use: number) => store.spend(person, 'others-card', [`card ${use % 5}`]);
    await Promise.all(Array.from({ length: 20 }, (_, use) => spendFor(use)));
    same('five cards, each four times', (await store.spend(person, 'others-card', [])).spent, 5);
  }),
];
