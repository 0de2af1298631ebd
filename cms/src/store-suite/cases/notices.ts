import { randomUUID } from 'node:crypto';
import type { Certificate, Device, Notice } from '../../store/rows.js';
import type { ExpiringDevice, ExpiryQuery } from '../../store/store.js';
import { refused, same } from '../checks.js';
import { newCertificate, newExpiryNotice, newNotice, NO_CHANGES } from '../rows.js';
import type { Scene } from '../scene.js';
import { storeCase, type StoreCase } from '../store-case.js';
import { oneAfterTheOther } from '../two-transactions.js';

const DAY = 24 * 60 * 60 * 1000;

/** Cases of notices for owners: those that are due, and certificates that end. */
export const noticeCases: readonly StoreCase[] = [
  storeCase('reads every value of a notice as it was written', async (scene) => {
    const device = await scene.newOwnDevice();
    const [change, expiry] = [newNotice(device, { reason: 'a "reason", 第二' }), newExpiryNotice(device)];
    await scene.write({ notices: [change, expiry] });
    same('one of a change', await open(scene, change), change);
    same('one of an expiry', await open(scene, expiry), expiry);
    const settled = { ...change, attempts: 3, dueAt: null, outcome: 'told' } as const;
    await scene.write({ notices: [settled] });
    same('after it was told', await open(scene, change), settled);
    same('one that is not there', await open(scene, { ...change, id: randomUUID() }), undefined);
  }),

  storeCase('lists the notices that are due, the longest due first, and no more than asked for', async (scene) => {
    const device = await scene.newOwnDevice();
    const at = (time: number) => newNotice(device, { dueAt: new Date(time) });
    const [later, sooner, future, ended] = [at(20), at(10), at(31), { ...at(5), dueAt: null }];
    await scene.write({ notices: [later, future, sooner, ended] });
    const list = (now: number, limit: number) =>
      scene.transaction((transaction) => transaction.dueNotices(new Date(now), limit));
    const own = async (now: number) => (await list(now, MANY)).filter(({ deviceId }) => deviceId === device.id);
    same('at a time between them', await own(30), [sooner, later]);
    same('at the very time of one', await own(31), [sooner, later, future]);
    same('before any', await own(9), []);
    same('one', (await list(30, 1)).length, 1);
    same('none', await list(30, 0), []);
    await scene.write({ notices: [sooner, later, future].map((notice) => ({ ...notice, dueAt: null })) });
    same('after each has its outcome', await own(31), []);
  }),

  storeCase('takes one notice for each expiry and number of days of a device', async (scene) => {
    const [one, other] = [await scene.newOwnDevice(), await scene.newOwnDevice()];
    const notice = newExpiryNotice(one);
    const { expiresAt } = notice;
    same('the first', await insert(scene, notice), true);
    await scene.transaction(async (transaction) => {
      same('a second one', await transaction.insertNotice(newExpiryNotice(one, { expiresAt })), false);
      const ofOtherDays = newExpiryNotice(one, { expiresAt, days: 7 });
      same('of other days, afterwards', await transaction.insertNotice(ofOtherDays), true);
    });
    await refused('a second one that is written', scene.write({ notices: [newExpiryNotice(one, { expiresAt })] }));
    same('of another device', await insert(scene, newExpiryNotice(other, { expiresAt })), true);
    await scene.write({ notices: [{ ...notice, dueAt: null, outcome: 'told' }] });
    same('a second one after the first was told', await insert(scene, newExpiryNotice(one, { expiresAt })), false);
    await scene.write({ notices: [newNotice(one), newNotice(one)] });
  }),

  storeCase('adds the notice of an expiry once if two add it at the same time', async (scene) => {
    const device = await scene.newOwnDevice();
    const { expiresAt } = newExpiryNotice(device);
    const add = () => insert(scene, newExpiryNotice(device, { expiresAt }));
    same('who added it', (await Promise.all([add(), add()])).sort(), [false, true]);
  }),

  storeCase('locks a notice that it opens', async (scene) => {
    const notice = newNotice(await scene.newOwnDevice());
    await scene.write({ notices: [notice] });
    const claimed = { ...notice, attempts: 1, dueAt: new Date(notice.createdAt.getTime() + DAY) };
    const seen = await oneAfterTheOther(scene, {
      lock: (transaction) => transaction.openNotice(notice.id),
      change: (transaction) => transaction.write({ ...NO_CHANGES, notices: [claimed] }),
      second: (transaction) => transaction.openNotice(notice.id),
    });
    same('the notice that the second one opens', seen, claimed);
  }),

  storeCase('lists active devices with a good certificate that ends in a period, the earliest first', async (scene) => {
    const active = () => scene.newOwnDevice({ state: 'active' });
    const [late, early, revoked] = [await active(), await active(), await active()];
    const suspended = await scene.newOwnDevice({ state: 'suspended' });
    await scene.write({
      certificates: [
        ends(late, 20),
        ends(early, 12),
        ends(early, 11, { slot: '9C' }),
        ends(early, 10, { slot: '9D', revocationReason: 'certificateHold' }),
        ends(early, 10, { slot: '9E', revocationReason: 'superseded' }),
        ends(suspended, 12),
        ends(revoked, 12, { revocationReason: 'cessationOfOperation' }),
      ],
    });
    const all = [late, early, suspended, revoked];
    const found = [
      { deviceId: early.id, expiresAt: day(11) },
      { deviceId: late.id, expiresAt: day(20) },
    ];
    same('in a period with both', await expiring(scene, all, { after: day(10), until: day(20), days: 7 }), found);
    same('up to a moment before the second', await expiring(scene, all, period(10, 20, -1)), found.slice(0, 1));
    same('after the very end of the first', await expiring(scene, all, period(12, 20)), found.slice(1));
    same('none', await scene.transaction((transaction) => transaction.expiringDevices(period(0, 20), 0)), []);
    await scene.write({ certificates: [ends(early, 5, { createdAt: day(1) })] });
    same('a certificate that was made later than the notice is due', await expiring(scene, all, period(0, 9)), []);
  }),

  storeCase('lists no device with a notice about that end, or about one less than a day away', async (scene) => {
    const device = await scene.newOwnDevice({ state: 'active' });
    await scene.write({ certificates: [ends(device, 20), ends(device, 20.9), ends(device, 21, { slot: '9C' })] });
    await insert(scene, newExpiryNotice(device, { days: 30, expiresAt: day(20) }));
    same('for other days', await expiring(scene, [device], period(0, 40)), [
      { deviceId: device.id, expiresAt: day(20) },
    ]);
    await insert(scene, newExpiryNotice(device, { days: 7, expiresAt: day(20), dueAt: null, outcome: 'passed' }));
    same('an end that is a day later', await expiring(scene, [device], period(0, 40)), [
      { deviceId: device.id, expiresAt: day(21) },
    ]);
    await insert(scene, newExpiryNotice(device, { days: 7, expiresAt: day(21) }));
    same('with notices about both', await expiring(scene, [device], period(0, 40)), []);
  }),
];

/** More than the number of rows that cases leave behind. */
const MANY = 1000;

/** Time of the suite at which its certificates were made. */
const BEGIN = Date.UTC(2031, 0, 1);
const day = (days: number): Date => new Date(BEGIN + days * DAY);

/** Makes the period between two days, for notices that are due seven days before an end. */
const period = (after: number, until: number, shift = 0): ExpiryQuery => ({
  after: day(after),
  until: new Date(day(until).getTime() + shift),
  days: 7,
});

const ends = ({ id }: Device, days: number, about: Partial<Certificate> = {}): Certificate =>
  newCertificate(id, { notAfter: day(days), createdAt: day(-365), ...about });

const open = (scene: Scene, { id }: Notice): Promise<Notice | undefined> =>
  scene.transaction((transaction) => transaction.openNotice(id));

const insert = (scene: Scene, notice: Notice): Promise<boolean> =>
  scene.transaction((transaction) => transaction.insertNotice(notice));

/** Lists the expiring devices among these, without those that other cases left behind. */
async function expiring(
  scene: Scene,
  devices: readonly Device[],
  query: ExpiryQuery,
): Promise<readonly ExpiringDevice[]> {
  const found = await scene.transaction((transaction) => transaction.expiringDevices(query, MANY));
  return found.filter(({ deviceId }) => devices.some(({ id }) => id === deviceId));
}
