import { expect, it } from '@jest/globals';
import type { StoreStage } from '../stages.js';

/** How often someone did something. */
export function spendingCases(stage: () => StoreStage): void {
  it('counts uses at the same moment one by one', async () => {
    const { store, newPerson } = stage();
    const person = await newPerson();
    const uses = await Promise.all(Array.from({ length: 20 }, () => store.spend(person, 'operation')));
    expect(uses.map(({ spent }) => spent).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, use) => use + 1),
    );
    expect(new Set(uses.map(({ windowEndsAt }) => windowEndsAt.getTime())).size).toBe(1);
  });

  it('counts each person and each thing for itself', async () => {
    const { store, newPerson } = stage();
    const [one, other] = [await newPerson(), await newPerson()];
    await store.spend(one, 'operation');
    expect(await store.spend(one, 'witness')).toMatchObject({ spent: 1 });
    expect(await store.spend(other, 'operation')).toMatchObject({ spent: 1 });
    expect(await store.spend(one, 'operation')).toMatchObject({ spent: 2 });
  });

  it('begins another hour when the one under way is over', async () => {
    const { store, newPerson, passAnHour } = stage();
    const person = await newPerson();
    await store.spend(person, 'operation');
    const { windowEndsAt } = await store.spend(person, 'operation');
    const minutes = (windowEndsAt.getTime() - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(59);
    expect(minutes).toBeLessThan(61);
    await passAnHour();
    const next = await store.spend(person, 'operation');
    expect(next.spent).toBe(1);
    expect(next.windowEndsAt.getTime()).toBeGreaterThanOrEqual(windowEndsAt.getTime());
    expect(await store.spend(person, 'operation')).toEqual({ ...next, spent: 2 });
  });

  it('counts several uses of one call, and none of a call that only asks', async () => {
    const { store, newPerson } = stage();
    const person = await newPerson();
    expect(await store.spend(person, 'card', 0)).toMatchObject({ spent: 0 });
    expect(await store.spend(person, 'card', 64)).toMatchObject({ spent: 64 });
    expect(await store.spend(person, 'card', 0)).toMatchObject({ spent: 64 });
    expect(await store.spend(person, 'card')).toMatchObject({ spent: 65 });
  });

  it('counts what uses are for once an hour, in whichever calls it comes', async () => {
    const { store, newPerson, passAnHour } = stage();
    const [person, other] = [await newPerson(), await newPerson()];
    const spendFor = async (...subjects: string[]) => (await store.spend(person, 'others-card', subjects)).spent;
    expect(await spendFor()).toBe(0);
    expect(await spendFor('a', 'b', 'a')).toBe(2);
    expect(await spendFor('b')).toBe(2);
    expect(await spendFor()).toBe(2);
    expect(await spendFor('b', '{c,"d"}')).toBe(3);
    expect(await store.spend(other, 'others-card', ['a'])).toMatchObject({ spent: 1 });
    await passAnHour();
    expect(await spendFor('a')).toBe(1);
    expect(await spendFor('a', 'b')).toBe(2);
  });

  it('counts what is used for at the same moment, each once', async () => {
    const { store, newPerson } = stage();
    const person = await newPerson();
    await Promise.all(Array.from({ length: 20 }, (_, use) => store.spend(person, 'others-card', [`card ${use % 5}`])));
    expect(await store.spend(person, 'others-card', [])).toMatchObject({ spent: 5 });
  });

  it('takes back what a transaction counted that failed', async () => {
    const { store, newPerson } = stage();
    const person = await newPerson();
    await store.spend(person, 'others-card', ['a']);
    const failed = store.transaction(async (transaction) => {
      await transaction.spend(person, 'others-card', ['b']);
      throw new Error('undone');
    });
    await expect(failed).rejects.toThrow('undone');
    expect(await store.spend(person, 'others-card', [])).toMatchObject({ spent: 1 });
  });
}
