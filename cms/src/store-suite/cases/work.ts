import { randomUUID } from 'node:crypto';
import { refused, same } from '../checks.js';
import { newWork, NO_CHANGES } from '../rows.js';
import { storeCase, type StoreCase } from '../store-case.js';
import { oneAfterTheOther } from '../two-transactions.js';

const DAY = 24 * 60 * 60 * 1000;
const MANY = 1000;

/** Cases of work that waits for devices. */
export const workCases: readonly StoreCase[] = [
  storeCase('opens a device with the work that waits, as it was written, the oldest first', async (scene) => {
    const device = await scene.newOwnDevice();
    const { id } = device;
    const first = newWork(device, { kind: 'erase', reason: 'a "reason", 第二' });
    const second = newWork(device, { kind: 'change-pin', operationId: randomUUID() });
    await scene.write({ work: [second, first, newWork(await scene.newOwnDevice())] });
    same('the work of the device', (await scene.open(id))?.work, [first, second]);
    const ended = { ...first, outcome: 'taken-back', endedAt: new Date(first.askedAt.getTime() + DAY) } as const;
    await scene.write({ work: [ended] });
    same('the work that is left', (await scene.open(id))?.work, [second]);
  }),

  storeCase('refuses a second work of one kind for a device, but not after the first has ended', async (scene) => {
    const device = await scene.newOwnDevice();
    const { id } = device;
    const work = newWork(device);
    await scene.write({ work: [work] });
    await refused('a second one', scene.write({ work: [newWork(device)] }));
    const another = await scene.newOwnDevice();
    await refused('two in one write', scene.write({ work: [newWork(another), newWork(another)] }));
    const next = newWork(device);
    await scene.write({ work: [next, { ...work, outcome: 'done', endedAt: next.askedAt }] });
    await scene.write({ work: [newWork(device, { outcome: 'expired', endedAt: next.askedAt })] });
    same('the work that waits', (await scene.open(id))?.work, [next]);
  }),

  storeCase('lists the work whose time is over, the longest first, and no more than asked for', async (scene) => {
    const device = await scene.newOwnDevice();
    const { id } = device;
    const at = (days: number) => new Date(Date.UTC(2001, 0, days));
    const later = newWork(device, { expiresAt: at(2) });
    const sooner = newWork(device, { kind: 'erase', expiresAt: at(1) });
    const future = newWork(device, { kind: 'change-pin', expiresAt: at(3) });
    const ended = newWork(await scene.newOwnDevice(), { expiresAt: at(1), outcome: 'done', endedAt: at(1) });
    await scene.write({ work: [later, sooner, future, ended] });
    const list = (now: Date, limit: number) => scene.transaction((transaction) => transaction.expiredWork(now, limit));
    const own = (await list(at(2), MANY)).filter(({ deviceId }) => deviceId === id);
    same('at the very end of the second', own, [sooner, later]);
    same('a list of one', (await list(at(2), 1)).length, 1);
    await scene.write({
      work: [later, sooner, future].map((work) => ({ ...work, outcome: 'expired', endedAt: at(3) })),
    });
  }),

  storeCase('locks the work of a device with the device', async (scene) => {
    const device = await scene.newOwnDevice();
    const { id } = device;
    const work = newWork(device);
    await scene.write({ work: [work] });
    const seen = await oneAfterTheOther(scene, {
      lock: (transaction) => transaction.openDevice(id),
      change: (transaction) =>
        transaction.write({ ...NO_CHANGES, work: [{ ...work, outcome: 'taken-back', endedAt: work.askedAt }] }),
      second: (transaction) => transaction.openDevice(id),
    });
    same('the work that the second one sees', seen?.work, []);
  }),
];
