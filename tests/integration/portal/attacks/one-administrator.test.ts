import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import * as v from 'valibot';
import { eq } from 'drizzle-orm';
import { users } from '../../../../portal/src/server/store/schema.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { act, lookAt, setPolicy } from '../support/operator.js';
import { actionsOf } from '../support/operators-portal.js';
import { Browser, listDevices, startTestPortal, type TestPortal } from '../support/test-portal.js';

/** Attack: olga, who is an administrator, tries to do alone what takes two. Oscar is another one, whom the server has appointed too. */

const POLICY = '/api/operator/policy';
const ACCOUNTS = '/api/operator/accounts';
const PASSWORD = 'correct horse battery staple';
const ADMINISTRATOR = { grants: [{ role: 'administrator', group: null }] };

const read = v.looseObject({
  policies: v.array(v.looseObject({ model: v.string(), policy: v.looseObject({ unprovenKeys: v.string() }) })),
  proposals: v.array(v.looseObject({ id: v.string(), through: v.array(v.string()), waitsFor: v.array(v.string()) })),
});
const done = v.looseObject({
  refusal: v.nullable(v.string()),
  link: v.nullable(v.looseObject({ address: v.string() })),
});

let portal: TestPortal;
let database: PortalDatabase;
let olga: Browser;
beforeEach(async () => {
  portal = await startTestPortal();
  database = await openPortalDatabase(portal.configuration.database);
  olga = await Browser.login(portal, 'olga');
});
afterEach(async () => {
  await database.close();
  await portal.remove();
});

const idOf = async (username: string): Promise<string> => {
  const [user] = await database.db.select({ id: users.id }).from(users).where(eq(users.username, username));
  return user?.id ?? '';
};
const state = async (browser = olga) => validate(read, (await browser.get(POLICY)).body);
const yubikey = async () => (await state()).policies.find(({ model }) => model === 'yubikey')?.policy;
const propose = async (browser = olga): Promise<string> => {
  const widened = { model: 'yubikey', policy: { ...(await yubikey()), unprovenKeys: 'allow' }, consent: true };
  await browser.send('PUT', POLICY, widened);
  return (await state()).proposals[0]?.id ?? '';
};
const confirm = (browser: Browser, id: string) => browser.post(`${POLICY}/proposals/${id}/confirm`, {});

/** Sets a password by a link that olga was given, and signs in with it. */
async function takeLink(answer: unknown, username: string): Promise<Browser> {
  const token = validate(done, answer).link?.address.split('#')[1];
  const browser = new Browser(portal);
  await browser.send('PUT', '/api/password-link', { token, newPassword: PASSWORD });
  await browser.post('/api/session', { username, password: PASSWORD });
  return browser;
}

const make = async (username: string, role: readonly string[] | string): Promise<Browser> =>
  takeLink((await olga.post(ACCOUNTS, { username, displayName: 'Puppet', role })).body, username);

/** Expects that what she has proposed waits for oscar, although someone else tries to confirm it. */
async function expectRefused(browser: Browser, id: string): Promise<void> {
  const [seen] = (await state(browser)).proposals;
  expect(seen).toMatchObject({ id, waitsFor: expect.not.arrayContaining(['puppet', 'olga']) });
  expect(seen?.through.length).toBeGreaterThan(0);
  expect(await confirm(browser, id)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  expect(await yubikey()).not.toMatchObject({ unprovenKeys: 'allow' });
}

describe('she alone does not widen trust', () => {
  it('with a puppet that she has made', async () => {
    const id = await propose();
    const puppet = await make('puppet', ['administrator']);
    await expectRefused(puppet, id);
    expect(JSON.stringify((await olga.get('/api/operator/audit')).body)).toContain('"through":"olga"');
  });

  it('with an account to which she gives the role after proposing', async () => {
    const id = await propose();
    expect(await olga.send('PUT', `/api/operator/people/${await idOf('alice')}/roles`, ADMINISTRATOR)).toMatchObject({
      status: 200,
    });
    await expectRefused(await Browser.login(portal, 'alice'), id);
  });

  it('as the only one, after she has disabled the other, whom she enables again', async () => {
    const oscar = await idOf('oscar');
    await olga.post(`${ACCOUNTS}/${oscar}/disable`, {});
    const id = await propose();
    expect((await state()).proposals).toMatchObject([{ waitsFor: [] }]);
    expect(await yubikey()).not.toMatchObject({ unprovenKeys: 'allow' });
    await olga.post(`${ACCOUNTS}/${oscar}/enable`, {});
    await expectRefused(await Browser.login(portal, 'oscar'), id);
  });

  it('as the other one, whose password she resets', async () => {
    const id = await propose();
    const { body } = await olga.post(`${ACCOUNTS}/${await idOf('oscar')}/reset`, {});
    await expectRefused(await takeLink(body, 'oscar'), id);
  });

  it('with puppets who stand for each other, nor by standing for them herself', async () => {
    const one = await make('one', ['administrator']);
    await make('other', ['administrator']);
    const other = await idOf('other');
    for (const browser of [one, olga])
      expect(await browser.post(`${ACCOUNTS}/${other}/confirm`, {})).toMatchObject({
        body: { refusal: 'not-independent' },
      });
  });
});

it('and her puppet need another operator for what she would do on its device', async () => {
  const puppet = await make('puppet', ['user']);
  const oscar = await Browser.login(portal, 'oscar');
  await setPolicy(portal, olga, 'piv', { unprovenKeys: 'supervised', unlockNeedsCode: true });
  const host = await puppet.openHost(new TestCard('piv', null, null));
  expect(await puppet.relay(host)).toMatchObject({ deviceState: 'awaiting-approval' });
  const id = (await listDevices(puppet)).devices[0]?.id ?? '';
  const codeBy = async (browser: Browser) =>
    browser.post(`/api/operator/devices/${id}/unlock-code`, { seen: await lookAt(browser, id) });
  expect(await actionsOf(olga, id)).not.toContain('approve');
  expect(await act(olga, id, 'approve')).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  expect(await act(oscar, id, 'approve')).toMatchObject({ body: { state: 'active' } });
  expect(await codeBy(olga)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  expect(await codeBy(oscar)).toMatchObject({ status: 200 });
});

it('lets an account count once someone else stands for it', async () => {
  const puppet = await make('puppet', ['administrator']);
  const oscar = await Browser.login(portal, 'oscar');
  const listed = v.looseObject({ accounts: v.array(v.looseObject({ username: v.string() })) });
  const shown = async () =>
    validate(listed, (await oscar.get(ACCOUNTS)).body).accounts.find(({ username }) => username === 'puppet');
  expect(await shown()).toMatchObject({ hands: ['olga'], mayConfirm: true });
  expect(await oscar.post(`${ACCOUNTS}/${await idOf('puppet')}/confirm`, {})).toMatchObject({
    body: { refusal: null },
  });
  expect(await shown()).toMatchObject({ hands: [], mayConfirm: false });
  const id = await propose();
  expect((await state()).proposals).toMatchObject([{ waitsFor: ['oscar', 'puppet'] }]);
  expect(await confirm(puppet, id)).toMatchObject({ status: 200 });
  expect(await yubikey()).toMatchObject({ unprovenKeys: 'allow' });
});
