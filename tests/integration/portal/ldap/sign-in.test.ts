import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import { Attribute, Change } from 'ldapts';
import { grantsOf, setGrants } from '../../../../portal/src/server/accounts/roles.js';
import { loadKeyRing } from '../../../../portal/src/server/keys/key-ring.js';
import { SessionChecker } from '../../../../portal/src/server/login/session-checks.js';
import { SignIn } from '../../../../portal/src/server/login/sign-in.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { audit, users } from '../../../../portal/src/server/store/schema.js';
import { BASE, PORTAL, Slapd } from '../../../support/ldap/slapd.js';
import { ageProof, WANTS_PROOF } from '../support/aged-proof.js';
import { Browser, startTestPortal, type TestPortal } from '../support/test-portal.js';
import { expectOnlyPrinted } from '../../../support/printed-lines.js';

expectOnlyPrinted(/^Directory corp cannot be used\. .*ECONNREFUSED/);

const PEOPLE = `ou=people,${BASE}`;
const GROUPS = `ou=groups,${BASE}`;
const USERS = ['own-account', 'own-devices'];

let slapd: Slapd;
let folder: string;
let portal: TestPortal;
let database: PortalDatabase;
let checker: SessionChecker;
const log: string[] = [];

beforeAll(async () => {
  slapd = await Slapd.start();
  folder = await mkdtemp(path.join(tmpdir(), 'cardwright-ldap-'));
  const file = async (name: string, content: string) => {
    await writeFile(path.join(folder, name), content, { mode: 0o600 });
    return path.join(folder, name);
  };
  const ldap = {
    name: 'corp',
    url: `ldaps://127.0.0.1:${slapd.ports.ldaps}`,
    ca: await file('ca.pem', slapd.certificate),
    bind: { dn: PORTAL.dn, password: { file: await file('password', `${PORTAL.password}\n`) } },
    base: PEOPLE,
    filter: '(&(objectClass=person)(!(employeeType=left)))',
    membership: { base: GROUPS },
    roles: [{ group: `cn=operators,${GROUPS}`, role: 'operator' }],
    timeout: 5,
  };
  portal = await startTestPortal({ CARDWRIGHT_SIGN_IN: JSON.stringify({ ldap }) });
  database = await openPortalDatabase(portal.configuration.database);
  const keys = await loadKeyRing(portal.folder, portal.configuration.keys);
  const signIn = new SignIn(portal.configuration.signIn, keys, () => portal.origin);
  checker = new SessionChecker(database.db, signIn, (line) => log.push(line));
});
afterAll(async () => {
  await database.close();
  await portal.remove();
  await slapd.stop();
  await rm(folder, { recursive: true, force: true });
});

let count = 0;
let name: string;
let password: string;
beforeEach(async () => {
  count += 1;
  [name, password] = [`lena${count}`, `a long password ${count}`];
  await slapd.change((client) =>
    client.add(dn(), { objectClass: 'inetOrgPerson', cn: 'Lena Lee', sn: 'Lee', userPassword: password }),
  );
});

const dn = (): string => `uid=${name},${PEOPLE}`;
const enter = (username = name, given = password) =>
  new Browser(portal).post('/api/session', { username, password: given });
const check = (): Promise<number> => checker.checkDue(new AbortController().signal, new Date(Date.now() + 60_000));
const isIn = async (browser: Browser): Promise<boolean> => (await browser.get('/api/account/sessions')).status === 200;
const rowOf = async (username: string) =>
  (await database.db.select().from(users).where(eq(users.username, username)))[0];

async function signedIn(): Promise<Browser> {
  const browser = new Browser(portal);
  expect(await browser.post('/api/session', { username: name, password })).toMatchObject({ status: 200 });
  return browser;
}

const modify = (operation: 'add' | 'delete', where: string, type: string, value: string) =>
  slapd.change((client) =>
    client.modify(where, new Change({ operation, modification: new Attribute({ type, values: [value] }) })),
  );

describe('a person of a directory', () => {
  it('signs in with the password of the directory, and gets an account without one', async () => {
    expect(await enter()).toMatchObject({
      status: 200,
      body: { user: { username: name, displayName: 'Lena Lee', rights: USERS }, weakness: null },
    });
    expect(await rowOf(name)).toMatchObject({ passwordHash: null });
    expect(await enter(name, 'a long password')).toMatchObject({ status: 401, code: 'LOGIN_REQUIRED' });
    expect(await enter(name, '')).toMatchObject({ status: 401, code: 'LOGIN_REQUIRED' });
  });

  it('has the same account after another name, and the role of a group', async () => {
    await enter();
    const former = await rowOf(name);
    const renamed = `renamed${count}`;
    await slapd.change((client) => client.modifyDN(dn(), `uid=${renamed}`));
    name = renamed;
    await modify('add', `cn=operators,${GROUPS}`, 'member', dn());
    expect(await enter()).toMatchObject({
      body: { user: { username: former?.username, rights: expect.arrayContaining(['act-on-devices']) as unknown } },
    });
    expect(await rowOf(renamed)).toBeUndefined();
  });

  it('proves again who she is with the same password, and not with another', async () => {
    const browser = await signedIn();
    expect(await browser.post('/api/session/proof', { password: 'a long password' })).toMatchObject({
      code: 'PASSWORD_INCORRECT',
    });
    expect(await browser.post('/api/session/proof', { password })).toMatchObject({ status: 200 });
  });

  it('gives a fresh proof by that password where one is wanted, and has no other way', async () => {
    const browser = await signedIn();
    const id = (await rowOf(name))?.id ?? '';
    await setGrants(database.db, id, [{ role: 'administrator', group: null }]);
    const act = () => browser.post(`/api/operator/accounts/${randomUUID()}/enable`, {});
    const proofs = { password: true, passkey: false, provider: null };
    expect((await browser.get('/api/session')).body).toMatchObject({ proofs });
    expect(await act()).toMatchObject({ body: { refusal: 'unknown' } });
    await ageProof(browser);
    expect(await act()).toMatchObject(WANTS_PROOF);
    expect(await browser.post('/api/session/proof', { password: 'a guess' })).toMatchObject({
      code: 'PASSWORD_INCORRECT',
    });
    expect(await act()).toMatchObject(WANTS_PROOF);
    expect(await browser.post('/api/session/proof', { password })).toMatchObject({ status: 200 });
    expect(await act()).toMatchObject({ body: { refusal: 'unknown' } });
  });

  it('is out here within a look after she left, or lost a group that gave a role', async () => {
    const [left, lost] = [await signedIn(), await signedIn()];
    await modify('add', `cn=operators,${GROUPS}`, 'member', dn());
    await check();
    expect([await isIn(left), await isIn(lost)]).toEqual([false, false]);
    const operator = await signedIn();
    await modify('delete', `cn=operators,${GROUPS}`, 'member', dn());
    await check();
    expect(await isIn(operator)).toBe(false);
    expect(await grantsOf(database.db, (await rowOf(name))?.id ?? '')).toEqual([{ role: 'user', group: null }]);
    const user = await signedIn();
    await modify('add', dn(), 'employeeType', 'left');
    await check();
    expect(await isIn(user)).toBe(false);
    expect(await enter()).toMatchObject({ status: 401 });
  });

  it('stays while the directory is away, and can prove nothing meanwhile', async () => {
    const browser = await signedIn();
    const proper = portal.configuration.signIn.ldap?.bind.password ?? '';
    await slapd.stopListening();
    try {
      await check();
      expect(await isIn(browser)).toBe(true);
      expect(log.at(-1)).toContain('their sessions continue');
      expect(log.join()).not.toContain(proper);
      expect(await browser.post('/api/session/proof', { password })).toMatchObject({ code: 'SIGN_IN_UNAVAILABLE' });
      expect(await enter()).toMatchObject({ status: 200, body: { refusal: 'away' } });
      expect(await enter('olga', 'a wrong password')).toMatchObject({ body: { refusal: 'away' } });
      // The local administrator still comes in.
      expect(await enter('olga', 'olga-password')).toMatchObject({ body: { user: { username: 'olga' } } });
    } finally {
      await slapd.listenAgain();
    }
    expect(await enter()).toMatchObject({ body: { user: { username: name } } });
  });
});

describe('a name', () => {
  it('of a local account is nobody’s in the directory, with either password', async () => {
    await slapd.change((client) =>
      client.add(`uid=olga,${PEOPLE}`, {
        objectClass: 'inetOrgPerson',
        cn: 'Not Olga',
        sn: 'Olga',
        userPassword: 'the other password',
      }),
    );
    expect(await enter('olga', 'the other password')).toMatchObject({ status: 401, code: 'LOGIN_REQUIRED' });
    expect(await enter('olga', 'olga-password')).toMatchObject({ body: { user: { displayName: 'Olga Operator' } } });
    await slapd.change((client) => client.del(`uid=olga,${PEOPLE}`));
  });

  it('is not taken over by a person who gets it in the directory after somebody else', async () => {
    await enter();
    await slapd.change((client) => client.del(dn()));
    await slapd.change((client) =>
      client.add(dn(), { objectClass: 'inetOrgPerson', cn: 'Another Lena', sn: 'Lee', userPassword: 'her password' }),
    );
    expect(await enter(name, 'her password')).toMatchObject({ status: 200, body: { refusal: 'taken' } });
    expect(await rowOf(name)).toMatchObject({ displayName: 'Lena Lee' });
    const failed = await database.db.select().from(audit).where(eq(audit.outcome, 'failed'));
    expect(failed.at(-1)).toMatchObject({ event: 'login', way: 'password', detail: { name, refusal: 'taken' } });
  });
});

// The last ones: many failed sign-ins in a minute are not recorded one by one.
describe('guesses', () => {
  it('at the password of a person end at the limit of an account, under whatever name the directory finds the person', async () => {
    const aliases = Array.from({ length: 5 }, (_, one) => `alias${one}`);
    await slapd.change((client) =>
      client.modify(
        dn(),
        new Change({ operation: 'add', modification: new Attribute({ type: 'uid', values: aliases }) }),
      ),
    );
    const guesses = aliases.flatMap((alias) => Array.from({ length: 4 }, () => alias));
    for (const alias of guesses) expect(await enter(alias, 'a guess')).toMatchObject({ status: 401 });
    expect(await enter(name, password)).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
  });

  it('under names that the directory takes for the same do not reach it', async () => {
    for (const spelled of [`\uFF4C${name.slice(1)}`, `l\uFEFF${name.slice(1)}`, `${name}\u200B`])
      expect(await enter(spelled)).toMatchObject({ status: 401 });
    expect(await enter()).toMatchObject({ status: 200 });
  });
});
