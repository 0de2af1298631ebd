// Alone proves: the first start works as processes do it, with its refusals at the command line.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { seedPolicies } from '@cardwright/cms';
import { readConfiguration, startPortal } from '@cardwright/portal';
import { inRepository, layDatabase, until } from '@cardwright/stage';
import { sql } from 'drizzle-orm';
import { createFirstOperator } from '../../../portal/src/server/commands/init/first-operator.js';
import { init } from '../../../portal/src/server/commands/init/init.js';
import { createKeyFile, readKeyRing } from '../../../portal/src/server/keys/key-ring.js';
import { readSettings } from '../../../portal/src/server/settings/read-settings.js';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { drizzleTransaction } from '../../../portal/src/server/store/drizzle-store.js';
import { audit, devicePolicies, userRoles, users } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { typeAt } from '../../support/terminal.js';
import { Browser } from './support/test-portal.js';
import { thoroughDescribe, thoroughIt } from '../../support/thorough.js';

const PASSWORD = 'correct horse battery';
const EMMA = { username: 'emma', password: PASSWORD, displayName: 'Emma', role: 'user' } as const;
const PROGRAM = [process.execPath, inRepository('portal', 'dist', 'server', 'main.js')];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardwright-init-'));
  await writeFile(join(folder, 'password'), `${PASSWORD}\n`, { mode: 0o600 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const environment = (change: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  CARDWRIGHT_SETTINGS: folder,
  CARDWRIGHT_KEYS: join(folder, 'keys.json'),
  CARDWRIGHT_DATA: join(folder, 'data'),
  ...change,
});

/** Runs the command in this process, without a terminal. */
async function run(args: readonly string[], env = environment()) {
  const lines: string[] = [];
  const code = await init(args, env, (line) => lines.push(line), undefined);
  return { code, text: lines.join('\n') };
}
const fromFile = () => ['--password-file', join(folder, 'password')];

/** Reads the name of the embedded authority in a key file. */
const issuerIn = async (file: string) =>
  new X509Certificate((await readKeyRing(await readFile(file, 'utf8'))).authority.certificate).subject;

/** Reads the accounts and the audit log of the embedded database, or of another. */
async function look(location: { url: string } | { folder: string } = { folder: join(folder, 'data', 'database') }) {
  const store = await openPortalDatabase(location);
  try {
    return { users: await store.db.select().from(users), audit: await store.db.select().from(audit) };
  } finally {
    await store.close();
  }
}

describe('a password from a file', () => {
  it('makes keys that only their owner reads, and the operator, who can sign in at the portal that then starts', async () => {
    const own = globalThis.runsEverything ? undefined : await openDatabase({ tables: false });
    const env = environment(own && { DATABASE_URL: own.url });
    const { code, text } = await run([...fromFile(), '--operator', 'olga', '--display-name', 'Olga Operator'], env);
    expect(code).toBe(0);
    expect(text + (await readFile(join(folder, 'keys.json'), 'utf8'))).not.toContain(PASSWORD);
    expect(text).toMatch(/^The operator olga can sign in\.\n.*keys\.json.*\n.*\nNext: .*systemctl enable --now/);
    expect((await stat(join(folder, 'keys.json'))).mode & 0o777).toBe(0o600);
    expect(await issuerIn(join(folder, 'keys.json'))).toContain(`CN=${hostname().toLowerCase()} Cardwright CA`);
    if (!own) expect(await readdir(join(folder, 'data'))).toEqual(['database']);

    const portal = await startPortal(readConfiguration({ ...env, PORT: '0' }));
    try {
      const answer = await new Browser(portal).post('/api/session', { username: 'olga', password: PASSWORD });
      expect(answer.body).toMatchObject({ user: { displayName: 'Olga Operator' }, secondFactor: 'to-register' });
    } finally {
      await portal.close();
      await own?.stop();
    }
  });

  it('is taken from standard input too, and a weak one is refused before anything is made', async () => {
    const [node = '', main = ''] = PROGRAM;
    const { status, stderr } = spawnSync(node, [main, 'init', '--password-file', '-'], {
      env: { ...process.env, ...environment() },
      input: 'short\n',
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([1, expect.stringContaining('too weak. It has fewer than 12 characters.')]);
    expect(await readdir(folder)).toEqual(['password']);
  });

  it('is left in no output, no key file and no database, and the audit log names the new operator', async () => {
    const own = await openDatabase();
    try {
      const { text } = await run(fromFile(), environment({ DATABASE_URL: own.url }));
      const { users: accounts, audit: log } = await look(own);
      const everything = JSON.stringify([text, await readFile(join(folder, 'keys.json'), 'utf8'), accounts, log]);
      expect(everything).not.toContain(PASSWORD);
      expect(log).toMatchObject([{ event: 'operator.made', actor: 'command line', detail: { username: 'admin' } }]);
    } finally {
      await own.stop();
    }
  });

  thoroughIt(
    'is taken from standard input, is left in no output, no key file and no database, and the audit log names the new operator',
    async () => {
      layDatabase(join(folder, 'data'));
      const [node = '', main = ''] = PROGRAM;
      const env = { ...process.env, ...environment() };
      const text = execFileSync(node, [main, 'init', '--password-file', '-'], { env, input: PASSWORD }).toString();
      expect(text).toMatch(/^The operator admin can sign in/);
      const { users: accounts, audit: log } = await look();
      const everything = JSON.stringify([text, await readFile(join(folder, 'keys.json'), 'utf8'), accounts, log]);
      expect(everything).not.toContain(PASSWORD);
      expect(log).toMatchObject([{ event: 'operator.made', actor: 'command line', detail: { username: 'admin' } }]);
    },
  );

  it.each([
    ['empty', '', 'too weak. It is empty.'],
    ['short', 'short\n', 'too weak. It has fewer than 12 characters.'],
    ['two lines', `${PASSWORD}\nmore\n`, 'has more than one line'],
  ])('is refused if it is %s, and nothing is made', async (_, text, problem) => {
    await writeFile(join(folder, 'password'), text);
    await expect(run(fromFile())).rejects.toThrow(problem);
    expect(await readdir(folder)).toEqual(['password']);
  });

  it('is refused if others can read the file', async () => {
    await chmod(join(folder, 'password'), 0o640);
    await expect(run(fromFile())).rejects.toThrow(/can be read by others: chmod 600/);
    expect(await readdir(folder)).toEqual(['password']);
  });
});

describe('a password on the command line', () => {
  it.each([['--password', PASSWORD], [`--password=${PASSWORD}`], [PASSWORD], ['--operator', 'admin', PASSWORD]])(
    'is refused without being repeated: %s',
    async (...args) => {
      const { code, text } = await run(args);
      expect(code).toBe(1);
      expect(text).toMatch(/^Usage: init /);
      expect(text).not.toContain(PASSWORD);
      expect(await readdir(folder)).toEqual(['password']);
    },
  );

  it('is not asked for without a terminal', async () => {
    layDatabase(join(folder, 'data'));
    await expect(run([])).rejects.toThrow('there is no terminal to ask for a password. Give --password-file');
    expect(await readdir(folder)).not.toContain('keys.json');
  });
});

it('adds no settings through a link, and makes nothing then', async () => {
  const target = join(folder, 'target');
  await writeFile(target, '');
  await symlink(target, join(folder, 'portal.toml'));
  await expect(run([...fromFile(), '--origin', 'https://portal.example.com'])).rejects.toThrow('portal.toml is a link');
  expect((await readdir(folder)).sort()).toEqual(['password', 'portal.toml', 'target']);
  expect(await readFile(target, 'utf8')).toBe('');
});

thoroughDescribe('a person at a terminal', () => {
  beforeEach(() => layDatabase(join(folder, 'data')));

  const type = (...answers: (readonly [string, string])[]) =>
    typeAt([...PROGRAM, 'init'], answers, { ...process.env, ...environment() });
  const settings = () => join(folder, 'portal.toml');

  it('is led through the whole setup, to a portal that doctor has checked', async () => {
    await copyFile(inRepository('installers', 'portal', 'portal.toml'), settings());
    await chmod(settings(), 0o600);
    const { shown, code } = await type(
      ['Address of the portal [', 'https://portal.example.com/cards\r'],
      ['That does not fit: expected an https origin', ''],
      ['Address of the portal [', 'http://localhost:1\r'],
      ['Database [embedded]: ', '\r'],
      ['Name of the authority [', 'Example Cards CA\r'],
      ['First administrator [local]: ', '\r'],
      ['User name [admin]: ', 'olgx\u007fa\r'],
      ['Full name [Administrator]: ', 'Olga Operator\r'],
      ['Password of olga: ', `${PASSWORD}x\u007f\r`],
      ['The same password again: ', `wrong\u0015${PASSWORD}\r`],
      ["Vendors' certificates [skip]: ", '\r'],
      ['Do this? [yes]: ', '\r'],
      ['http://localhost:1 does not answer', ''],
      ['Check again? [yes]: ', 'no\r'],
    );
    expect([code, shown]).toEqual([0, expect.stringContaining('The operator olga can sign in.')]);
    expect(shown).toContain('systemctl enable --now cardwright-portal');
    expect(shown).not.toMatch(/correct|horse|battery|wrong/);
    expect(await readFile(settings(), 'utf8')).toContain('\norigin = "http://localhost:1"\n');
    expect((await stat(settings())).mode & 0o777).toBe(0o600);
    expect(await issuerIn(join(folder, 'keys.json'))).toMatch(/^CN=Example Cards CA\n/);
    expect((await look()).users).toMatchObject([{ username: 'olga', displayName: 'Olga Operator' }]);

    expect(await type()).toMatchObject({
      code: 1,
      shown: expect.stringContaining('there is an operator already: olga. Nothing was changed'),
    });
  });

  it('leaves nothing behind with Ctrl-C', async () => {
    const { shown, code } = await type(
      ['Address of the portal [', 'http://localhost:1\r'],
      ['Database [embedded]: ', '\r'],
      ['Name of the authority [', 'Example Cards CA\r'],
      ['First administrator [local]: ', '\r'],
      ['User name [admin]: ', '\r'],
      ['Full name [Administrator]: ', '\r'],
      ['Password of admin: ', '\u0003'],
    );
    expect([code, shown]).toEqual([1, expect.stringContaining('cancelled. Nothing was changed')]);
    expect((await readdir(folder)).sort()).toEqual(['data', 'password']);
    expect((await look()).users).toEqual([]);
  });

  it('is asked nothing if the options have everything', async () => {
    const { shown, code } = await typeAt(
      [...PROGRAM, 'init', ...fromFile(), '--origin', 'https://portal.example.com'],
      [],
      { ...process.env, ...environment() },
    );
    expect([code, shown]).toEqual([0, expect.stringMatching(/^The operator admin can sign in/)]);
    expect(await readFile(settings(), 'utf8')).toBe(
      'origin = "https://portal.example.com"\nacting-alone = "allowed"\n',
    );
  });
});

thoroughDescribe('a portal that is there already', () => {
  beforeEach(() => layDatabase(join(folder, 'data')));

  it('keeps its keys and its operator if it is run twice', async () => {
    await run(fromFile());
    const before = await readFile(join(folder, 'keys.json'), 'utf8');
    await expect(run([...fromFile(), '--operator', 'second'])).rejects.toThrow(
      'there is an operator already: admin. Nothing was changed',
    );
    expect(await readFile(join(folder, 'keys.json'), 'utf8')).toBe(before);
    expect((await look()).users.map(({ username }) => username)).toEqual(['admin']);
  });

  it('makes no new keys in place of lost ones, and does not start with others', async () => {
    await run(fromFile());
    await rm(join(folder, 'keys.json'));
    const store = await openPortalDatabase({ folder: join(folder, 'data', 'database') });
    await store.db.delete(userRoles);
    await store.close();
    await expect(run(fromFile())).rejects.toThrow('its keys are missing. Restore its key file from a backup');
    expect(await readdir(folder)).not.toContain('keys.json');

    await createKeyFile(join(folder, 'keys.json'));
    await expect(startPortal(readConfiguration({ ...environment(), PORT: '0' }))).rejects.toThrow(
      'these are not the keys of this database',
    );
    await expect(run(fromFile())).rejects.toThrow('these are not the keys of this database');
  });

  it('makes no keys in a new file while its own are in the data folder', async () => {
    await run(fromFile(), environment({ CARDWRIGHT_KEYS: '', CARDWRIGHT_SETTINGS: '' }));
    const store = await openPortalDatabase({ folder: join(folder, 'data', 'database') });
    await store.db.delete(userRoles);
    await store.close();
    await expect(run(fromFile())).rejects.toThrow('its keys are missing. Restore its key file from a backup');
    expect(await readdir(folder)).not.toContain('keys.json');
  });

  it('changes nothing while the portal runs', async () => {
    await run(fromFile());
    await writeFile(join(folder, 'data', 'portal.pid'), String(process.ppid));
    await expect(run(fromFile())).rejects.toThrow(/uses the embedded database/);
  });
});

thoroughDescribe('with PostgreSQL', () => {
  let postgres: OwnDatabase;
  beforeAll(async () => {
    postgres = await openDatabase({ tables: false });
  });
  afterAll(() => postgres.stop());

  it('is written with its password into a file for root alone, once it was opened', async () => {
    const own = await openDatabase({ tables: false });
    const file = join(folder, 'database');
    try {
      const url = new URL(own.url);
      await writeFile(file, own.url, { mode: 0o600 });
      const { code, text } = await run([...fromFile(), '--database-url-file', file]);
      expect([code, text]).toEqual([0, expect.not.stringContaining(own.url)]);
      const settings = join(folder, 'portal.toml');
      expect(await readFile(settings, 'utf8')).toBe(`database-url = "${url.href}"\nacting-alone = "allowed"\n`);
      expect((await stat(settings)).mode & 0o777).toBe(0o600);
      await expect(run(fromFile())).rejects.toThrow('there is an operator already: admin');
      await rm(settings);
      await expect(run([...fromFile(), '--database-url-file', file])).rejects.toThrow('there is an operator already');
      expect(await readdir(folder)).not.toContain('portal.toml');
    } finally {
      await own.stop();
    }
  });

  it('continues where another call has failed after the settings were added', async () => {
    const own = await openDatabase({ accounts: [EMMA] });
    try {
      const options = ['--origin', 'https://portal.example.com', '--database-url-file', join(folder, 'database')];
      await writeFile(join(folder, 'database'), own.url, { mode: 0o600 });
      await expect(run([...fromFile(), ...options, '--operator', EMMA.username])).rejects.toThrow(
        'there is a user emma already. Choose another name',
      );
      const before = await readFile(join(folder, 'portal.toml'), 'utf8');
      expect(await run([...fromFile(), ...options])).toMatchObject({ code: 0 });
      expect(await readFile(join(folder, 'portal.toml'), 'utf8')).toBe(before);
    } finally {
      await own.stop();
    }
  });

  it('leaves it to a provider who is an administrator, whose secret only the portal reads', async () => {
    const own = await openDatabase({ tables: false });
    let issuer = '';
    const provider = createServer((_, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ issuer, authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t` }));
    }).listen(0, '127.0.0.1');
    await once(provider, 'listening');
    issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    const isRoot = process.getuid?.() === 0;
    // The service's user: any other than root.
    const user = isRoot ? { CARDWRIGHT_USER: 'daemon' } : {};
    try {
      await chmod(folder, 0o750);
      if (isRoot) await chown(folder, 0, 1);
      const secretFile = join(folder, 'password');
      const args = ['--issuer', `${issuer}/`, '--client-id', 'cardwright', '--client-secret-file', secretFile];
      const more = ['--administrators', 'admins', '--origin', 'https://portal.example.com'];
      const env = { ...process.env, ...environment({ DATABASE_URL: own.url, ...user }) };
      const [node = '', main = ''] = PROGRAM;
      const start = () => promisify(execFile)(node, [main, 'init', ...args, ...more], { env });
      const { stdout } = await start();
      expect(stdout).toContain('Register the redirect URI https://portal.example.com/sign-in/work at the provider.');
      expect(stdout).not.toContain(PASSWORD);
      const [kept, { gid }] = [await stat(join(folder, 'work.secret')), await stat(folder)];
      expect([kept.mode & 0o777, kept.uid, kept.gid]).toEqual([0o640, process.getuid?.(), gid]);
      const { signIn } = readConfiguration(readSettings(environment()));
      expect(signIn.oidc).toMatchObject([{ issuer, credential: { secret: PASSWORD }, everyone: ['user'] }]);
      expect((await look({ url: own.url })).users).toEqual([]);
      expect((await start()).stdout).toContain('The keys are in ');
    } finally {
      provider.close();
      await own.stop();
    }
  });

  it('makes one operator if it is run several times at once', async () => {
    const [node = '', main = ''] = PROGRAM;
    const env = { ...process.env, ...environment({ DATABASE_URL: postgres.url }) };
    const start = (name: string) =>
      new Promise<string>((resolve) => {
        execFile(node, [main, 'init', '--operator', name, ...fromFile()], { env }, (_, stdout, stderr) =>
          resolve(stdout + stderr),
        );
      });
    const answers = await Promise.all(['one', 'two', 'three'].map(start));
    expect(answers.filter((text) => text.includes('can sign in'))).toHaveLength(1);
    // A call that read the settings before another one added to them is refused for that.
    const refusal = /there is an operator already|portal\.toml was changed meanwhile\. Nothing was changed/;
    expect(answers.filter((text) => !text.includes('can sign in'))).toEqual(
      Array<unknown>(2).fill(expect.stringMatching(refusal)),
    );
    const { users: accounts } = await look({ url: postgres.url });
    expect(accounts).toHaveLength(1);
  });

  it('finds the keys that another process writes during its check', async () => {
    const env = environment({ DATABASE_URL: postgres.url });
    const store = await openPortalDatabase({ url: postgres.url });
    try {
      await store.db.delete(userRoles);
      await store.db.delete(devicePolicies);
      const running = await drizzleTransaction(store, async (transaction, connection) => {
        // The command is held here, in its first check.
        await connection.execute(sql`LOCK TABLE users IN ACCESS EXCLUSIVE MODE`);
        const text = run([...fromFile(), '--operator', 'fourth'], env);
        const isHeld = async () => (await connection.$count(sql`pg_locks`, sql`NOT granted`)) > 0;
        await until(isHeld, { what: 'it waits' });
        const keys = await readKeyRing(await createKeyFile(join(folder, 'keys.json')));
        await seedPolicies(
          {
            keys,
            transaction: (work) => work(transaction),
            spend: () => Promise.reject(new Error('Nothing is spent.')),
          },
          readConfiguration(env).devicePolicies,
        );
        return { text };
      });
      expect(await running.text).toMatchObject({ code: 0 });
    } finally {
      await store.close();
    }
  });

  it('makes one operator if two processes check at the same moment', async () => {
    const { url } = postgres;
    const [store, other] = [await openPortalDatabase({ url }), await openPortalDatabase({ url })];
    try {
      await store.db.delete(userRoles);
      const make = (username: string) =>
        createFirstOperator(store.db, { username, displayName: 'One', password: PASSWORD, role: 'operator' });
      const made = await other.db.transaction(async (transaction) => {
        // Both are held here, and continue together.
        await transaction.execute(sql`LOCK TABLE users IN ACCESS EXCLUSIVE MODE`);
        const both = Promise.allSettled([make('fifth'), make('sixth')]);
        const waiting = async () => {
          const held = await transaction.$count(sql`pg_locks`, sql`NOT granted`);
          return held >= 2;
        };
        await until(waiting, { what: 'both wait' });
        return { both };
      });
      expect((await made.both).filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    } finally {
      await Promise.all([store.close(), other.close()]);
    }
  });
});
