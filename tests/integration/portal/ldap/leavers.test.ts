import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import { Attribute, Change } from 'ldapts';
import { disableAccount, enableAccount } from '../../../../portal/src/server/accounts/local-accounts.js';
import { LeaverMeasures } from '../../../../portal/src/server/login/leaver-measures.js';
import { Directory } from '../../../../portal/src/server/login/ldap/directory.js';
import type { DirectorySettings } from '../../../../portal/src/server/login/ldap/settings.js';
import { LeaverChecker } from '../../../../portal/src/server/login/leaver-checks.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { devices, userIdentities, users } from '../../../../portal/src/server/store/schema.js';
import { BASE, PORTAL, Slapd } from '../../../support/ldap/slapd.js';
import { newDevice, rowOf } from '../support/operators-portal.js';
import { Browser, startTestPortal, type TestPortal } from '../support/test-portal.js';

/** People who left the directory, without a session here. */

const PEOPLE = `ou=people,${BASE}`;
const GROUPS = `ou=groups,${BASE}`;
const DAY = 24 * 60 * 60_000;

let slapd: Slapd;
let folder: string;
let portal: TestPortal;
let database: PortalDatabase;
let settings: DirectorySettings;
let count = 0;
let name: string;
let device: string;
const log: string[] = [];

beforeAll(async () => {
  slapd = await Slapd.start();
  folder = await mkdtemp(path.join(tmpdir(), 'cardwright-ldap-'));
  const file = async (called: string, content: string) => {
    await writeFile(path.join(folder, called), content, { mode: 0o600 });
    return path.join(folder, called);
  };
  const ldap = {
    name: 'corp',
    url: `ldaps://127.0.0.1:${slapd.ports.ldaps}`,
    ca: await file('ca.pem', slapd.certificate),
    bind: { dn: PORTAL.dn, password: { file: await file('password', PORTAL.password) } },
    base: PEOPLE,
    filter: '(&(objectClass=person)(!(employeeType=left)))',
    membership: { base: GROUPS },
    everyone: [],
    roles: [{ group: `cn=operators,${GROUPS}`, role: 'user' }],
    timeout: 5,
  };
  portal = await startTestPortal({ CARDWRIGHT_SIGN_IN: JSON.stringify({ ldap, leavers: 'suspend' }) });
  const read = portal.configuration.signIn.ldap;
  if (!read) throw new Error('no directory was read');
  settings = read;
  database = await openPortalDatabase(portal.configuration.database);
});
afterAll(async () => {
  await database.close();
  await portal.remove();
  await slapd.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  count += 1;
  name = `lena${count}`;
  await slapd.change(async (client) => {
    await client.add(dn(), { objectClass: 'inetOrgPerson', cn: 'Lena', sn: 'Lee', userPassword: 'a long password' });
    await client.modify(`cn=operators,${GROUPS}`, member('add'));
  });
  const browser = await enter();
  device = await newDevice(database, 'active', {}, name);
  await browser.send('DELETE', '/api/session', {});
  log.length = 0;
});

const dn = (): string => `uid=${name},${PEOPLE}`;
const member = (operation: 'add' | 'delete') =>
  new Change({ operation, modification: new Attribute({ type: 'member', values: [dn()] }) });
const leave = () =>
  slapd.change((client) =>
    client.modify(
      dn(),
      new Change({ operation: 'add', modification: new Attribute({ type: 'employeeType', values: ['left'] }) }),
    ),
  );

async function enter(): Promise<Browser> {
  const browser = new Browser(portal);
  const body = { username: name, password: 'a long password' };
  expect(await browser.post('/api/session', body)).toMatchObject({ status: 200, body: { user: { username: name } } });
  return browser;
}

/** Asks the directory, as a portal does some hours from now. */
const ask = (hours = 25, changes: Partial<DirectorySettings> = {}): Promise<number> =>
  new LeaverChecker(database.db, new Directory({ ...settings, ...changes }), (line) => log.push(line)).checkDue(
    new AbortController().signal,
    new Date(Date.now() + hours * 60 * 60_000 - DAY),
  );
const take = (): Promise<number> =>
  new LeaverMeasures(database, portal.configuration.signIn.leavers).takeDue(new AbortController().signal);

const personOf = async () => {
  const [row] = await database.db.select().from(users).where(eq(users.username, name));
  if (!row) throw new Error('nobody has this name');
  return row;
};

describe('a person with a device and without a session', () => {
  it('has left once the directory has the person no longer, and comes back by signing in', async () => {
    await ask();
    expect(await personOf()).toMatchObject({ leftAt: null });
    await leave();
    await ask();
    expect(await personOf()).toMatchObject({ leftBecause: 'not-in-directory' });
    await take();
    expect(await rowOf(database, device)).toMatchObject({ state: 'suspended', stateReason: 'its owner left' });
    await slapd.change((client) =>
      client.modify(
        dn(),
        new Change({ operation: 'delete', modification: new Attribute({ type: 'employeeType', values: ['left'] }) }),
      ),
    );
    await enter();
    expect(await personOf()).toMatchObject({ leftAt: null, devicesSuspendedAt: null });
    expect((await rowOf(database, device)).state).toBe('suspended');
  });

  it('has left once no group gives a role', async () => {
    await slapd.change((client) => client.modify(`cn=operators,${GROUPS}`, member('delete')));
    await ask();
    expect(await personOf()).toMatchObject({ leftBecause: 'no-role' });
  });

  it('is asked for once a day, by one of several portals', async () => {
    await ask();
    expect(await ask(23)).toBe(0);
    const isHers = eq(userIdentities.userId, (await personOf()).id);
    await database.db
      .update(userIdentities)
      .set({ askedAt: new Date(0) })
      .where(isHers);
    const checker = new LeaverChecker(database.db, new Directory(settings));
    const counts = await Promise.all(
      Array.from({ length: 4 }, () => checker.checkDue(new AbortController().signal, new Date(1000))),
    );
    expect(counts.sort()).toEqual([0, 0, 0, 1]);
  });

  it('is not asked for without a device in use', async () => {
    await database.db.update(devices).set({ state: 'terminated' }).where(eq(devices.id, device));
    await leave();
    await ask();
    expect(await personOf()).toMatchObject({ leftAt: null });
  });

  it('has left once the account is disabled here, and is back once it is enabled, without the devices', async () => {
    const { id } = await personOf();
    await disableAccount(database.db, id, { id: null, username: 'olga' });
    expect(await personOf()).toMatchObject({ leftBecause: 'disabled' });
    await take();
    await enableAccount(database.db, id, { id: null, username: 'olga' });
    expect(await personOf()).toMatchObject({ leftAt: null });
    expect((await rowOf(database, device)).state).toBe('suspended');
  });

  it('stays away when an account is enabled that the directory refuses too', async () => {
    const { id } = await personOf();
    await leave();
    await ask();
    await disableAccount(database.db, id, { id: null, username: 'olga' });
    await enableAccount(database.db, id, { id: null, username: 'olga' });
    expect(await personOf()).toMatchObject({ leftBecause: 'not-in-directory' });
  });
});

describe('nobody has left', () => {
  it('while the directory is away, and all are asked for again soon', async () => {
    await leave();
    await slapd.stopListening();
    try {
      expect(await ask()).toBe(0);
    } finally {
      await slapd.listenAgain();
    }
    expect(await personOf()).toMatchObject({ leftAt: null });
    expect(log.at(-1)).toMatch(/^Directory corp cannot be asked who left \(.+\); nobody counts as left\.$/);
    await ask(2);
    expect(await personOf()).toMatchObject({ leftBecause: 'not-in-directory' });
  });

  it.each<[string, () => Partial<DirectorySettings>]>([
    ['a base without people', () => ({ base: GROUPS })],
    ['a filter that nobody fulfils', () => ({ filter: '(employeeType=nobody)' })],
    ['a base without groups', () => ({ membership: { base: PEOPLE, member: 'member', nested: false } })],
    ['an attribute of groups that nobody has', () => ({ membership: { attribute: 'memberOf' } })],
    ['the wrong password of the portal', () => ({ bind: { dn: PORTAL.dn, password: 'wrong' } })],
    ['a base that is not there', () => ({ base: `ou=nobody,${BASE}` })],
  ])('with %s', async (_what, changes) => {
    await ask(25, changes());
    expect(await personOf()).toMatchObject({ leftAt: null });
    expect(log.at(-1)).toContain('nobody counts as left');
  });

  it('by another person who gets the name in the directory', async () => {
    await slapd.change(async (client) => {
      await client.modifyDN(dn(), `uid=renamed${count}`);
      await client.add(dn(), { objectClass: 'inetOrgPerson', cn: 'Another', sn: 'Lee', userPassword: 'her password' });
    });
    const body = { username: name, password: 'her password' };
    expect(await new Browser(portal).post('/api/session', body)).toMatchObject({ body: { refusal: 'taken' } });
    expect(await personOf()).toMatchObject({ leftAt: null });
  });
});
