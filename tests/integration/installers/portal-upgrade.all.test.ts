import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import { whyNoCleanRoot } from '../../support/clean-root.js';
import { InstalledPortal, repack, SETTINGS } from '../../support/installed-portal.js';
import { putPortalDeb } from '../../support/product-packages.js';
import { registerKey } from '../portal/support/sign-in-key.js';
import { Browser, listDevices } from '../portal/support/test-portal.js';

/** A portal from before there were roles, which is installed, and upgraded in place (see `portal-before-people/README.md`). */

const MINUTES = 60_000;
const BEFORE = inRepository('tests', 'integration', 'installers', 'portal-before-people');
const ENV = `${SETTINGS}/portal.env`;

/** The people of that portal, as its setting named them. The first operator is `admin`. */
const PEOPLE = [
  {
    username: 'alice',
    password: 'alice-password',
    displayName: 'Alice Example',
    role: 'user',
    email: 'alice@example.com',
  },
  { username: 'bob', password: 'bob-pass', displayName: 'Bob Example', role: 'user' },
  { username: 'olga', password: 'olga-password', displayName: 'Olga Operator', role: 'operator' },
];
const ADMIN = { username: 'admin', password: 'correct horse battery' };
const DEMO = /^CARDWRIGHT_DEMO_ACCOUNTS=.*\n/m;

const why = whyNoCleanRoot();
if (why !== undefined) console.warn(`Skipped, because ${why}.`);

(why === undefined ? describe : describe.skip)('a portal whose people came from its settings', () => {
  let output: string;
  let installed: InstalledPortal;
  const read = (file: string): string => readFileSync(installed.root.at(file), 'utf8');

  beforeAll(async () => {
    output = mkdtempSync(path.join(tmpdir(), 'cardwright-portal-upgrade-'));
    installed = await InstalledPortal.open();
    const old = path.join(output, 'old.deb');
    repack(path.join(BEFORE, 'package'), old);
    await installed.install(old);
    for (const name of ['keys.json', 'vendor.pem'])
      copyFileSync(path.join(BEFORE, name), installed.root.at(`${SETTINGS}/${name}`));
    chmodSync(installed.root.at(`${SETTINGS}/keys.json`), 0o600);
    await installed.root.run(['chown', 'root:cardwright-portal', `${SETTINGS}/vendor.pem`]);
    installed.setPlaces();
    installed.set(`CARDWRIGHT_ATTESTATION_ROOTS=${SETTINGS}/vendor.pem`);
    installed.set(`CARDWRIGHT_DEMO_ACCOUNTS=${JSON.stringify(PEOPLE)}`);
    await installed.load(readFileSync(path.join(BEFORE, 'database.sql'), 'utf8'));
  }, 20 * MINUTES);
  afterAll(async () => {
    await installed.remove();
    rmSync(output, { recursive: true, force: true });
  });

  async function signIn({ username, password }: { readonly username: string; readonly password: string }) {
    const browser = new Browser(installed.portal);
    const answer = await browser.post('/api/session', { username, password });
    expect(answer).toMatchObject({ status: 200, body: { user: { username } } });
    return { browser, body: answer.body };
  }
  /** Returns what a command prints that fails. */
  async function complaintOf(args: readonly string[]): Promise<string> {
    try {
      await installed.command(args);
      return 'no complaint';
    } catch (error) {
      if (!(error instanceof Error && 'stdout' in error && 'stderr' in error)) throw error;
      return `${String(error.stdout)}${String(error.stderr)}`;
    }
  }
  const person = (name: string) => PEOPLE.find(({ username }) => username === name) ?? ADMIN;

  it(
    'keeps its settings and keys, and has the settings of today laid beside them',
    async () => {
      const [keys, env] = [read(`${SETTINGS}/keys.json`), read(ENV)];
      await installed.install(await putPortalDeb(output));
      expect(read(`${SETTINGS}/keys.json`)).toBe(keys);
      expect(read(ENV)).toBe(env);
      for (const file of [`${ENV}.dpkg-dist`, `${SETTINGS}/portal.toml`])
        expect(read(file)).toMatch(/second[-_]factor/i);
    },
    10 * MINUTES,
  );

  it('says that the demo accounts have to go from the settings, and starts without them alone', async () => {
    await expect(installed.startService()).rejects.toThrow(/CARDWRIGHT_DEMO_ACCOUNTS: .*Remove it: /);
    for (const command of [['doctor'], ['config', 'check']])
      expect(await complaintOf(command)).toMatch(/CARDWRIGHT_DEMO_ACCOUNTS: .*Remove it: /);
    writeFileSync(installed.root.at(ENV), read(ENV).replace(DEMO, ''));
    expect(await installed.command(['doctor'])).toContain('the portal brings its tables up to date when it starts');
    await installed.startService();
  });

  it('signs its people in with their passwords, and shows them their devices', async () => {
    const alice = await signIn(person('alice'));
    expect(alice.body).toMatchObject({ user: { rights: ['own-account', 'own-devices'] }, secondFactor: 'unneeded' });
    expect((await listDevices(alice.browser)).devices).toMatchObject([{ serial: '88000001', state: 'active' }]);
    // Such a password could not be chosen today.
    const bob = await signIn(person('bob'));
    expect(bob.body).toMatchObject({ weakness: 'short' });
    expect((await listDevices(bob.browser)).devices).toEqual([]);
  });

  it.each(['olga', 'admin'])(
    'leads its operator %s to a passkey, and then to all devices and accounts',
    async (name) => {
      const { browser, body } = await signIn(person(name));
      expect(body).toMatchObject({ secondFactor: 'to-register', user: { rights: ['own-account'] } });
      expect(await browser.get('/api/operator/devices')).toMatchObject({ code: 'LOGIN_REQUIRED' });
      await registerKey(browser);
      expect((await listDevices(browser, '/api/operator/devices')).devices).toMatchObject([{ serial: '88000001' }]);
      const { body: list } = await browser.get('/api/operator/accounts');
      expect(list).toMatchObject({
        accounts: expect.arrayContaining([expect.objectContaining({ username: 'alice', isDemo: true })]) as unknown,
      });
    },
  );

  it('has its demo accounts named by doctor and in the list, each until it has another password', async () => {
    const demo = async () => {
      const lines = (await installed.command(['account', 'list'])).trim().split('\n');
      return lines.filter((line) => line.endsWith('\tdemo account')).map((line) => line.split('\t')[0]);
    };
    expect(await demo()).toEqual(['alice', 'bob', 'olga']);
    const told = await installed.command(['doctor']);
    expect(told).toContain('(CARDWRIGHT_DEMO_ACCOUNTS): alice, bob, olga.');
    expect(told).toContain('`cardwright-portal account reset NAME`');

    const { browser } = await signIn(person('bob'));
    const change = { password: 'bob-pass', newPassword: 'a kettle sings at dawn' };
    expect(await browser.send('PUT', '/api/session/password', change)).toMatchObject({ status: 200 });
    expect(await demo()).toEqual(['alice', 'olga']);
    expect(await installed.command(['doctor'])).toContain('(CARDWRIGHT_DEMO_ACCOUNTS): alice, olga.');
    await expect(signIn(person('bob'))).rejects.toThrow();
    await signIn({ username: 'bob', password: change.newPassword });
  });
});
