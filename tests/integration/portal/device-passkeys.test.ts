import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Passkey } from '@cardwright/cms/store';
import { validate } from '@cardwright/protocol';
import { and, eq, isNull } from 'drizzle-orm';
import * as v from 'valibot';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { passkeys } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { newPasskey } from '../store/rows.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { act } from './support/operator.js';
import {
  ACCOUNTS,
  Browser,
  listDevices,
  startTestPortal,
  TEST_VENDOR,
  type TestPortal,
} from './support/test-portal.js';

/** The passkeys of the database on the pages, and their removal at their services. */

const WITH_LOGIN = { CARDWRIGHT_PASSKEY_SERVICES: JSON.stringify([{ kind: 'webauthn', name: 'login' }]) };

const AT = new Date('2026-11-25T10:00:00.000Z');
let server: OwnDatabase;
let portal: TestPortal;
let store: PortalDatabase;
let alice: Browser;
let olga: Browser;
let device = '';
let good: Passkey;
let due: Passkey;
let own: Passkey;

beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  portal = await startTestPortal({ DATABASE_URL: server.url, ...WITH_LOGIN });
  [alice, olga] = [await Browser.login(portal, 'alice'), await Browser.login(portal, 'olga')];
  await alice.relay(await alice.openHost(new TestCard('yubikey', '7300001', TEST_VENDOR)));
  device = (await listDevices(alice)).devices[0]?.id ?? '';
  const service = 'gone-service';
  good = newPasskey(device, { service, name: 'My key', lastUsedAt: AT });
  due = newPasskey(device, { service, removalDueAt: AT });
  own = newPasskey(device, { service: 'login' });
  const gone = newPasskey(device, { service, removalDueAt: AT, removedAt: AT });
  store = await openPortalDatabase({ url: server.url });
  await store.db.insert(passkeys).values([good, due, gone, own]);
});
afterAll(async () => {
  await store.close();
  await portal.remove();
  await server.stop();
});

const listed = v.object({ devices: v.array(v.object({ passkeys: v.array(v.unknown()) })) });

it('shows their owner the valid passkeys, and no one else any', async () => {
  const { devices } = validate(listed, (await alice.get('/api/devices')).body);
  const createdAt = good.createdAt.toISOString();
  // A service that the portal no longer knows is shown by its name.
  const shown = { id: good.id, title: 'gone-service', name: 'My key', place: 'not-proved', createdAt };
  const titled = { id: own.id, title: 'This portal' };
  expect(devices).toMatchObject([{ passkeys: [{ ...shown, lastUsedAt: AT.toISOString() }, titled] }]);
  const german = await alice.send('GET', '/api/devices', undefined, { 'accept-language': 'de' });
  expect(german.body).toMatchObject({ devices: [{ passkeys: [{}, { title: 'Dieses Portal' }] }] });
  const bob = await Browser.login(portal, 'bob');
  expect((await bob.get('/api/devices')).body).toMatchObject({ devices: [] });
  expect(await bob.get(`/api/operator/devices/${device}`)).toMatchObject({ code: 'FORBIDDEN' });
});

it('shows an operator also those that are still to be removed, with their details', async () => {
  const { body } = await olga.get(`/api/operator/devices/${device}`);
  expect(body).toMatchObject({
    passkeys: [
      { id: good.id, aaguid: good.aaguid, attested: false, way: 'page', place: 'not-proved', removalDueAt: null },
      { id: due.id, removalDueAt: AT.toISOString() },
      { id: own.id, title: 'This portal', rpId: 'cms.example' },
    ],
  });
});

it('refuses a policy that names an unknown service', async () => {
  const { policies } = validate(
    v.object({ policies: v.array(v.looseObject({ model: v.string(), policy: v.looseObject({}) })) }),
    (await olga.get('/api/operator/policy')).body,
  );
  const policy = policies.find(({ model }) => model === 'yubikey')?.policy;
  const service = `s-${randomUUID().slice(0, 8)}`;
  const change = { model: 'yubikey', policy: { ...policy, passkeys: { services: [service] } } };
  expect(await olga.send('PUT', '/api/operator/policy', change)).toMatchObject({ code: 'INVALID_PARAMS' });
});

it('has the passkeys of a terminated device removed at their services, and keeps due those that no service removes', async () => {
  expect(await act(olga, device, 'terminate')).toMatchObject({
    body: { state: 'terminated' },
  });
  const rowOf = async ({ id }: Passkey) => (await store.db.select().from(passkeys).where(eq(passkeys.id, id)))[0];
  // The answer does not wait for it.
  while (((await rowOf(own))?.removedAt ?? null) === null);
  expect((await rowOf(good))?.removalDueAt).toBeInstanceOf(Date);
  expect((await rowOf(good))?.removedAt).toBeNull();
  expect((await olga.get(`/api/operator/devices/${device}`)).body).toMatchObject({
    passkeys: [{ id: good.id }, { id: due.id }],
  });
});

it('removes due passkeys when it starts', async () => {
  const left = newPasskey(device, { service: 'login', removalDueAt: AT });
  await store.db.insert(passkeys).values(left);
  const keys = join(portal.folder, 'keys.json');
  const second = await startTestPortal({ DATABASE_URL: server.url, CARDWRIGHT_KEYS: keys, ...WITH_LOGIN });
  const stillThere = () =>
    store.db
      .select()
      .from(passkeys)
      .where(and(eq(passkeys.id, left.id), isNull(passkeys.removedAt)));
  while ((await stillThere()).length > 0);
  await second.remove();
});
