import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startPostgres, type PrivatePostgres } from '../../support/postgres.js';
import { FakeCard } from './support/fake-card.js';
import { Browser, listDevices, startTestPortal, type TestPortal } from './support/test-portal.js';

const ORIGIN = 'https://cms.example.com';
let server: PrivatePostgres;
let portals: [TestPortal, TestPortal];

beforeAll(async () => {
  server = await startPostgres();
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
  const host = await here.openHost(new FakeCard('piv', null, null));
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
  const host = await here.openHost(new FakeCard('piv', null, null));
  const { operation, step } = await here.operate('', host.startRequest);
  const body = { step: step?.number, outcomes: await host.run(step?.jws ?? '') };
  const [one, other] = await Promise.all([
    here.operate(`/${operation}/results`, body),
    there.operate(`/${operation}/results`, body),
  ]);
  expect(other).toEqual(one);
});

it('sends its cookie only over TLS where the portal is reached so', async () => {
  const browser = new Browser(portals[0]);
  const { headers } = await browser.post('/api/session', { username: 'bob', password: 'bob-password' });
  expect(headers.getSetCookie()).toEqual([
    expect.stringMatching(/^__Host-cardwright=.*; HttpOnly; Secure; SameSite=Strict$/),
  ]);
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
});
