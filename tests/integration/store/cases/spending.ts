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
}
