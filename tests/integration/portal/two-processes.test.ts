import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { devices } from '../../../portal/src/server/store/schema.js';
import { startOwnPostgres } from '../../support/postgres.js';
import type { PrivatePostgres } from '@cardwright/stage';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, listDevices, startTestPortal, type TestPortal, TEST_VENDOR } from './support/test-portal.js';
import { transactionsWait } from './support/waiting-transactions.js';
import { expectOnlyPrinted } from '../../support/printed-lines.js';

expectOnlyPrinted(
  /^PostgreSQL connection lost\. /,
  /^The database cannot be reached\./,
  /^Request answered\. .* status=503 /,
);

const ORIGIN = 'https://cms.example.com';
let server: PrivatePostgres;
let portals: [TestPortal, TestPortal];

beforeAll(async () => {
  server = await startOwnPostgres();
  const first = await startTestPortal({ DATABASE_URL: server.url, CARDWRIGHT_ORIGIN: ORIGIN });
  const keys = await readFile(join(first.folder, 'keys.json'), 'utf8');
  const second = await startTestPortal({ DATABASE_URL: server.url, CARDWRIGHT_ORIGIN: ORIGIN, CARDWRIGHT_KEYS: keys });
  portals = [first, second];
});
afterAll(async () => {
  for (const portal of portals) await portal.remove();
  await server.stop();
});

it('issues a card while every call reaches the other one of two portals on one PostgreSQL', async () => {
  const browsers = await Promise.all(portals.map((portal) => Browser.login(portal, 'alice')));
  const [here, there] = browsers;
  if (!here || !there) throw new Error('there are two portals');
  const host = await here.openHost(new TestCard('piv', null, null));
  let answer = await here.operate('', host.startRequest);
  for (let turn = 1; answer.step; turn += 1) {
    const outcomes = await host.run(answer.step.jws);
    const browser = turn % 2 === 0 ? here : there;
    answer = await browser.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
  }
  expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
  expect(await listDevices(there)).toEqual(await listDevices(here));
});

it('answers the same results once, when they arrive at both portals at the same moment', async () => {
  const [here, there] = [await Browser.login(portals[0], 'alice'), await Browser.login(portals[1], 'alice')];
  const host = await here.openHost(new TestCard('piv', null, null));
  const { operation, step } = await here.operate('', host.startRequest);
  const body = { step: step?.number, outcomes: await host.run(step?.jws ?? '') };
  const [one, other] = await Promise.all([
    here.operate(`/${operation}/results`, body),
    there.operate(`/${operation}/results`, body),
  ]);
  expect(other).toEqual(one);
});

it('orders no erasure if the device is suspended during the decision: its row could not be given back', async () => {
  const browser = await Browser.login(portals[0], 'bob');
  const card = new TestCard('yubikey', '50000001', TEST_VENDOR);
  await browser.relay(await browser.openHost(card), ({ phase }) => phase.name === 'certificates');
  card.isPinBlocked = true;
  card.pukTries = 0;
  const [row] = (await listDevices(browser)).devices;
  const host = await browser.openHost(card);
  const store = await openPortalDatabase({ url: server.url });
  try {
    const starting = await store.db.transaction(async (db) => {
      await db
        .update(devices)
        .set({ state: 'suspended' })
        .where(eq(devices.id, row?.id ?? ''));
      const answer = browser.operate('', host.startRequest);
      await transactionsWait(store);
      return { answer };
    });
    expect(await starting.answer).toMatchObject({
      step: null,
      state: 'failed',
      deviceState: 'suspended',
      error: { data: { name: 'DEVICE_STATE' } },
    });
  } finally {
    await store.close();
  }
});

it('sends its cookies only over TLS if the portal is reached so', async () => {
  const browser = new Browser(portals[0]);
  const { headers } = await browser.post('/api/session', { username: 'bob', password: 'bob-password' });
  expect(headers.getSetCookie()).toEqual([
    expect.stringMatching(/^__Host-cardwright=.*; HttpOnly; Secure; SameSite=Strict$/),
    expect.stringMatching(/^__Host-cardwright-known=.*; HttpOnly; Secure; SameSite=Strict$/),
  ]);
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
});

// Last, because it takes the database down.
it('reports that it cannot be reached, and no defect, while its database is stopped', async () => {
  const browser = await Browser.login(portals[0], 'alice');
  await server.stop();
  for (const path of ['/api/devices', '/api/session'])
    expect(await browser.get(path)).toMatchObject({ status: 503, code: 'CMS_UNREACHABLE' });
});
