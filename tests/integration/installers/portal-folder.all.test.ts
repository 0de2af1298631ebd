import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { copyFileSync, existsSync, lstatSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { layOutPortal } from '@cardwright/installers';
import { TiedProcess } from '@cardwright/stage';
import { builtVersion } from '../../support/built-version.js';

/** The installed portal, laid out in a folder, with its own Node.js, and without a PATH. */

const PASSWORD = 'correct horse battery';
/** The service's user: any other than root. */
const USER = 'daemon';
const USER_ID = 1;
const isRoot = process.getuid?.() === 0;
const itAsRoot = isRoot ? it : it.skip;

let root: string;
let node: string;
let main: string;
let place: string;
let settings: string;
let data: string;

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'cardwright-portal-package-'));
  layOutPortal(root);
  chmodSync(root, 0o755);
  node = path.join(root, 'usr/lib/cardwright-portal/node');
  main = path.join(root, 'usr/lib/cardwright-portal/app/server/main.js');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeEach(() => {
  place = mkdtempSync(path.join(tmpdir(), 'cardwright-portal-place-'));
  chmodSync(place, 0o755);
  [settings, data] = [path.join(place, 'settings'), path.join(place, 'data')];
  mkdirSync(settings, { mode: 0o700 });
  mkdirSync(data, { mode: 0o700 });
  for (const name of ['portal.toml', 'portal.env']) {
    copyFileSync(path.join(root, 'etc/cardwright-portal', name), path.join(settings, name));
    chmodSync(path.join(settings, name), 0o600);
  }
  if (isRoot) chownSync(data, USER_ID, USER_ID);
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

/** The environment that the launcher sets. */
const environment = (change: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: '',
  CARDWRIGHT_SETTINGS: settings,
  CARDWRIGHT_DATA: data,
  ...(isRoot ? { CARDWRIGHT_USER: USER } : {}),
  PORT: '0',
  ...change,
});
const run = (args: readonly string[], input = '') =>
  spawnSync(node, [main, ...args], { env: environment(), cwd: '/', input, encoding: 'utf8' });
const init = () => run(['init', '--password-file', '-'], PASSWORD);

/** Lists every file of a user. */
const filesOf = (uid: number, folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => lstatSync(path.join(folder, name)).uid === uid,
  );

const serve = async () => {
  const service = await TiedProcess.start(node, [main, 'serve'], { env: environment({ PATH: process.env.PATH }) });
  const [, port = ''] = await service.line(/listening on http:\/\/localhost:(\d+)/);
  return { service, port };
};

it('prints its version and its commands, and never starts by accident', () => {
  expect(run(['--version'])).toMatchObject({ status: 0, stdout: `${builtVersion('portal')}\n` });
  const { status, stderr } = run([]);
  expect([status, stderr]).toEqual([1, expect.stringContaining('there is serve, init, account, doctor')]);
  expect(run(['help'])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^ {2}config check +Checks the settings/m),
  });
});

it('becomes a portal by init, serves its pages with an embedded database, and is checked by doctor', async () => {
  expect(init()).toMatchObject({ status: 0, stderr: '' });
  expect(statSync(path.join(settings, 'keys.json')).mode & 0o777).toBe(0o600);
  const { service, port } = await serve();
  try {
    const login = await fetch(`http://127.0.0.1:${port}/login`);
    expect([login.status, await login.text()]).toEqual([200, expect.stringContaining('<title>')]);
    expect((await fetch(`http://127.0.0.1:${port}/login.js`)).status).toBe(200);
  } finally {
    await service.stop();
  }
  expect(run(['doctor']).stdout).toMatch(/Embedded database, up to date/);
  chmodSync(path.join(settings, 'keys.json'), 0o644);
  const loose = run(['doctor']);
  expect([loose.status, loose.stdout]).toEqual([1, expect.stringContaining('can be used by others than its owner')]);
});

it('checks its given settings, and does not start with a problem in them', () => {
  writeFileSync(path.join(settings, 'keys.json'), '{}', { mode: 0o600 });
  const good = run(['config', 'check']);
  expect([good.status, good.stdout]).toEqual([0, expect.stringMatching(/^port +0 +environment$/m)]);
  writeFileSync(path.join(settings, 'portal.toml'), 'device-limit = 3\ncrl-lifetime = 4\n', { mode: 0o600 });
  const problem = 'portal.toml:2: crl-lifetime: expected a whole number from 5 to 1440\n';
  expect(run(['config', 'check'])).toMatchObject({ status: 1, stdout: problem });
  expect(run(['serve'])).toMatchObject({ status: 1, stderr: `The portal cannot start: ${problem}` });
});

it('does not start without its key file, and makes none', () => {
  const { status, stderr } = run(['serve']);
  expect([status, stderr]).toEqual([1, expect.stringContaining(`there is no ${settings}/keys.json`)]);
  expect([readdirSync(data), existsSync(path.join(settings, 'keys.json'))]).toEqual([[], false]);
});

describe('given by root', () => {
  itAsRoot('leaves nothing of root in the data folder, and the keys with root', async () => {
    expect(init().status).toBe(0);
    expect(filesOf(0, data)).toEqual([]);
    expect(statSync(path.join(settings, 'keys.json')).uid).toBe(0);
    const { service } = await serve();
    const status = readFileSync(`/proc/${service.pid ?? 0}/status`, 'utf8');
    await service.stop();
    expect(/^Uid:\t(.*)$/m.exec(status)?.[1]).toBe(Array(4).fill(USER_ID).join('\t'));
    expect(/^Groups:\t(.*?) ?$/m.exec(status)?.[1]).toBe(String(USER_ID));
    const file = path.join(place, 'backup.gz');
    expect(run(['backup', file])).toMatchObject({ status: 0 });
    expect(statSync(file)).toMatchObject({ uid: 0, mode: 0o100600 });
    expect(filesOf(0, data)).toEqual([]);
  });

  itAsRoot('follows no link to a file of root that the service may have left in its folder', async () => {
    const target = path.join(place, 'of-root');
    writeFileSync(target, 'untouched', { mode: 0o644 });
    symlinkSync(target, path.join(data, 'portal.pid'));
    expect(init().status).toBe(0);
    const { service } = await serve();
    expect(lstatSync(path.join(data, 'portal.pid')).isFile()).toBe(true);
    await service.stop();
    expect(readFileSync(target, 'utf8')).toBe('untouched');
  });
});

it('loads the libraries that the package depends on', async () => {
  const { stdout } = await promisify(execFile)('readelf', ['--dynamic', node]);
  const needed = [...stdout.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name);
  const ofGlibc = ['libdl.so.2', 'libm.so.6', 'libpthread.so.0', 'libc.so.6', 'ld-linux-x86-64.so.2'];
  expect(needed.filter((name) => !ofGlibc.includes(name ?? '')).sort()).toEqual([
    'libatomic.so.1',
    'libgcc_s.so.1',
    'libstdc++.so.6',
  ]);
});

it('contains the licences of its parts, and no more files than it needs', () => {
  const licences = readFileSync(path.join(root, 'usr/share/doc/cardwright-portal/copyright'), 'utf8');
  for (const name of ['fastify', 'pg', 'drizzle-orm', '@electric-sql/pglite', 'PostgreSQL', 'Node.js'])
    expect(licences).toMatch(new RegExp(`^Files: third-party/${name}-\\d`, 'm'));
  expect(licences).toMatch(/^Files: \*\nCopyright: .*Cardwright authors$/m);
  expect(readdirSync(path.join(root, 'usr/lib/cardwright-portal/app/node_modules'))).toEqual(['@electric-sql']);
});
