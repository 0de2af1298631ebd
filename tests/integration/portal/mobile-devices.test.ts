import { randomUUID } from 'node:crypto';
import { PHONE, type DeviceState } from '@cardwright/cms/devices';
import type { Device } from '@cardwright/cms/store';
import type { MobileOffer } from '@cardwright/protocol/mobile';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import { describeOwnDevices } from '../../../portal/src/server/devices/own-devices.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { certificates, devices, notices, users, type User } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { newCertificate, newDevice } from '../store/rows.js';
import { act } from './support/operator.js';
import { ACCOUNTS, Browser, listDevices, startTestPortal, type TestPortal } from './support/test-portal.js';

/** Mobile devices among the others, by their rows: their users' view, and the operators' actions. */

const LIMIT = 3;
const OFFER: MobileOffer = { proof: 'none', verified: true };

let server: OwnDatabase;
let portal: TestPortal;
let store: PortalDatabase;
let alice: Browser;
let olga: Browser;
let people: readonly User[];

beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  portal = await startTestPortal({ DATABASE_URL: server.url, CARDWRIGHT_DEVICE_LIMIT: String(LIMIT) });
  store = await openPortalDatabase({ url: server.url });
  [alice, olga] = [await Browser.login(portal, 'alice'), await Browser.login(portal, 'olga')];
  people = await store.db.select().from(users);
});
beforeEach(async () => {
  await store.db.delete(certificates);
  await store.db.delete(notices);
  await store.db.delete(devices);
});
afterAll(async () => {
  await store.close();
  await portal.remove();
  await server.stop();
});

function personOf(username: string): User {
  const person = people.find((one) => one.username === username);
  if (!person) throw new Error(`there is no ${username}`);
  return person;
}

async function addPhone(state: DeviceState, about: Partial<Device> = {}): Promise<Device> {
  const identity = `apple:${randomUUID()}`;
  const phone = newDevice(personOf('alice').id, {
    model: PHONE,
    modelName: 'iPhone 16 Pro',
    identity,
    state,
    ...about,
  });
  await store.db.insert(devices).values(phone);
  return phone;
}

const offersTo = (...usernames: readonly string[]) => ({
  passkeyServices: [],
  deviceLimit: LIMIT,
  mobile: { offerFor: ({ username }: User) => (usernames.includes(username) ? OFFER : null) },
});
type Offers = Omit<Parameters<typeof describeOwnDevices>[3], 'cms'>;

const describeOf = (username: string, offers: Offers) =>
  describeOwnDevices(store.db, personOf(username), 'en', {
    cms: { offers: () => [], offeredFor: () => [] },
    ...offers,
  });

describe('My Devices', () => {
  it('describes how a mobile device is added only to permitted users, and to nobody if the portal has none', async () => {
    expect((await describeOf('alice', offersTo('alice'))).mobile).toEqual(OFFER);
    expect((await describeOf('bob', offersTo('alice'))).mobile).toBeNull();
    expect((await describeOf('alice', { ...offersTo(), mobile: null })).mobile).toBeNull();
    expect((await alice.get('/api/devices')).body).toMatchObject({ mobile: null });
  });

  it('hides a mobile device that is being enrolled, which takes a place all the same', async () => {
    const [phone] = [await addPhone('active'), await addPhone('producing'), await addPhone('terminated')];
    const card = newDevice(phone.ownerId, { state: 'producing' });
    await store.db.insert(devices).values(card);
    const { devices: shown, limit } = await listDevices(alice);
    expect(shown.map(({ id }) => id)).toEqual([phone.id, card.id]);
    expect(limit).toMatchObject({ max: LIMIT, used: LIMIT });
    expect(limit?.reason).not.toBeNull();
  });

  it('lets a mobile device be deleted, also by a user who could add none: no card, and none that an operator has suspended', async () => {
    const [phone, suspended] = [await addPhone('active'), await addPhone('suspended')];
    const card = newDevice(phone.ownerId, { state: 'active' });
    await store.db.insert(devices).values(card);
    const deletable = async (offers: Offers) =>
      (await describeOf('alice', offers)).devices.map(({ id, isDeletable }) => [id, isDeletable]);
    expect(await deletable(offersTo('bob'))).toEqual([
      [phone.id, true],
      [suspended.id, false],
      [card.id, false],
    ]);
    expect((await deletable({ ...offersTo(), mobile: null })).flat()).not.toContain(true);
  });
});

describe('an operator', () => {
  it('finds mobile devices, including those that are being enrolled', async () => {
    const phones = [await addPhone('producing', { serial: 'F2LX1' }), await addPhone('active', { serial: 'F2LX2' })];
    await store.db.insert(devices).values(newDevice(personOf('alice').id, { state: 'active' }));
    const found = await listDevices(olga, `/api/operator/devices?model=${PHONE}`);
    expect(found.devices.map(({ id }) => id)).toEqual(phones.map(({ id }) => id));
    expect((await listDevices(olga, '/api/operator/devices?serial=F2LX2')).devices).toHaveLength(1);
    expect((await listDevices(olga, '/api/operator/devices?waiting=yes')).devices).toEqual([]);
  });

  it('suspends and resumes one, which its certificates follow, and terminates it permanently', async () => {
    const phone = await addPhone('active');
    await store.db.insert(certificates).values(newCertificate(phone.id, { slot: 'phone-authentication' }));
    const revocation = async () => {
      const [row] = await store.db.select().from(certificates).where(eq(certificates.deviceId, phone.id));
      return row?.revocationReason;
    };
    for (const [action, state, reason] of [
      ['suspend', 'suspended', 'certificateHold'],
      ['resume', 'active', null],
      ['terminate', 'terminated', 'cessationOfOperation'],
    ] as const) {
      expect((await act(olga, phone.id, action)).body).toEqual({ state });
      expect(await revocation()).toBe(reason);
    }
  });

  it('activates one that did not show that it has everything, at the word of its owner, who is someone else', async () => {
    const { id } = await addPhone('pending');
    await store.db.insert(certificates).values(newCertificate(id, { revocationReason: 'certificateHold' }));
    expect((await act(olga, id, 'activate')).body).toEqual({ state: 'active' });
    const [row] = await store.db.select().from(certificates).where(eq(certificates.deviceId, id));
    expect(row?.revocationReason).toBeNull();
    const own = await addPhone('pending', { ownerId: personOf('olga').id });
    expect((await act(olga, own.id, 'activate')).code).toBe('FORBIDDEN');
  });

  it.each([
    ['release', 'terminated', 'Someone else gets it.'],
    ['approve', 'awaiting-approval', undefined],
  ] as const)('cannot %s one', async (action, state, reason) => {
    const { id } = await addPhone(state);
    expect((await act(olga, id, action, reason)).code).toBe('DEVICE_STATE');
  });

  it('gets no initial PIN of one, and makes no device policy for them', async () => {
    const { id } = await addPhone('active');
    const [device] = (await listDevices(olga, '/api/operator/devices')).devices;
    expect(device).toMatchObject({ id, hasInitialPin: false, managementKey: null });
    const policy = portal.configuration.devicePolicies.piv;
    const { code } = await olga.send('PUT', '/api/operator/policy', { model: PHONE, ...policy });
    expect(code).toBe('INVALID_PARAMS');
  });
});
