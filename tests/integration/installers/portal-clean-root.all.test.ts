import { execFileSync } from 'node:child_process';
import { chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Portal } from '@cardwright/portal';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { type TiedProcess } from '@cardwright/stage';
import { CleanRoot, whyNoCleanRoot } from '../../support/clean-root.js';
import { freePort } from '@cardwright/stage';
import { buildPortalDeb } from '../../support/portal-deb.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, listDevices, TEST_VENDOR } from '../portal/support/test-portal.js';

/** The portal's deb in a Debian system without Node.js, with its own PostgreSQL. */

const MINUTES = 60_000;
const PASSWORD = 'correct horse battery';

async function signIn(portal: Portal, username: string): Promise<Browser> {
  const browser = new Browser(portal);
  expect(await browser.post('/api/session', { username, password: PASSWORD })).toMatchObject({ status: 200 });
  return browser;
}
const UNIT = '/usr/lib/systemd/system/cardwright-portal.service';
/** Folder in which systemd puts the credentials of the service. */
const CREDENTIALS = '/run/credentials/cardwright-portal.service';
const why = whyNoCleanRoot();
if (why !== undefined) console.warn(`Skipped, because ${why}.`);

(why === undefined ? describe : describe.skip)('the portal in a clean Debian system with PostgreSQL', () => {
  let root: CleanRoot;
  let output: string;
  let deb: string;
  let postgres: TiedProcess | undefined;
  let postgresPort: number;
  let port: number;
  let service: TiedProcess | undefined;
  const card = new TestCard('yubikey', '88000001', TEST_VENDOR);

  beforeAll(async () => {
    output = mkdtempSync(path.join(tmpdir(), 'cardwright-portal-deb-'));
    deb = await buildPortalDeb(output);
    root = CleanRoot.open(['libatomic1', 'postgresql']);
    [postgresPort, port] = [await freePort(), await freePort()];
    postgres = await startPostgres();
  }, 20 * MINUTES);
  afterAll(async () => {
    await service?.stop();
    await postgres?.stop();
    root.remove();
    rmSync(output, { recursive: true, force: true });
  });

  async function startPostgres(): Promise<TiedProcess> {
    const [version = ''] = readdirSync(root.at('/usr/lib/postgresql'));
    const data = `/var/lib/postgresql/${version}/main`;
    const config = `/etc/postgresql/${version}/main/postgresql.conf`;
    const program = `/usr/lib/postgresql/${version}/bin/postgres`;
    const asPostgres = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'];
    const settings = ['-p', String(postgresPort), '-c', 'unix_socket_directories=/tmp', '-c', 'log_destination=stderr'];
    const started = await root.start([...asPostgres, program, '-D', data, '-c', `config_file=${config}`, ...settings]);
    await started.line(/ready to accept connections/);
    return started;
  }

  const sql = (text: string) =>
    root.run(['su', 'postgres', '-c', `psql -h /tmp -p ${postgresPort} -v ON_ERROR_STOP=1`], { input: text });
  const settings = (text: string) => appendFileSync(root.at('/etc/cardwright-portal/portal.env'), `${text}\n`);
  const directive = (name: string): string[] =>
    readFileSync(root.at(UNIT), 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));

  /** Starts the service as systemd does: with the credentials that it reads as root, the user, the variables, the command line. */
  async function startService(): Promise<void> {
    const uid = Number(await root.run(['id', '-u', 'cardwright-portal']));
    const gid = Number(await root.run(['id', '-g', 'cardwright-portal']));
    rmSync(root.at(CREDENTIALS), { recursive: true, force: true });
    mkdirSync(path.dirname(root.at(CREDENTIALS)), { recursive: true });
    mkdirSync(root.at(CREDENTIALS), { mode: 0o500 });
    for (const [name = '', file = ''] of directive('LoadCredential').map((one) => one.split(':'))) {
      const copy = root.at(path.join(CREDENTIALS, name));
      copyFileSync(root.at(file), copy);
      execFileSync('chmod', ['400', copy]);
      chownSync(copy, uid, gid);
    }
    chownSync(root.at(CREDENTIALS), uid, gid);
    const environment = directive('Environment').map((one) => one.replace('%d', CREDENTIALS));
    const [user = ''] = directive('User');
    const become = [
      'setpriv',
      `--reuid=${user}`,
      `--regid=${user}`,
      '--clear-groups',
      '--no-new-privs',
      '--bounding-set=-all',
    ];
    const [line = ''] = directive('ExecStart');
    service = await root.start([...become, 'env', ...environment, ...line.split(' ')]);
    await service.line(/listening/);
  }
  const portal = () => ({ origin: `http://localhost:${port}`, port, close: () => Promise.resolve() });

  it('is installed by dpkg, and starts nothing', async () => {
    copyFileSync(deb, root.at('/portal.deb'));
    expect(await root.run(['dpkg', '--install', '/portal.deb'])).toContain("run 'cardwright-portal init'");
    await expect(root.run(['sh', '-c', 'command -v node nodejs'])).rejects.toThrow();
    expect((await root.run(['cardwright-portal', '--version'])).trim()).toBe(PRODUCT_VERSION);
    expect(statSync(root.at('/etc/cardwright-portal')).mode & 0o777).toBe(0o750);
    expect(statSync(root.at('/etc/cardwright-portal/portal.env')).mode & 0o777).toBe(0o600);
    await expect(startService()).rejects.toThrow(/keys\.json/);
  });

  it(
    'becomes a portal with one setting and init, issues a card, and survives its restart',
    async () => {
      await sql(
        `CREATE ROLE cardwright LOGIN PASSWORD 'database-password'; CREATE DATABASE cardwright OWNER cardwright;`,
      );
      settings(`DATABASE_URL=postgres://cardwright:database-password@127.0.0.1:${postgresPort}/cardwright`);
      settings(`PORT=${port}`);
      settings('CARDWRIGHT_ATTESTATION_ROOTS=/etc/cardwright-portal/vendor.pem');
      writeFileSync(root.at('/etc/cardwright-portal/vendor.pem'), TEST_VENDOR.root);
      await root.run(['chown', 'root:cardwright-portal', '/etc/cardwright-portal/vendor.pem']);
      await root.run(['cardwright-portal', 'init', '--password-file', '-'], { input: PASSWORD });
      const alice = ['alice', '--display-name', 'Alice Example', '--password-file', '-'];
      await root.run(['cardwright-portal', 'account', 'add', ...alice], { input: PASSWORD });
      expect(await root.run(['cardwright-portal', 'doctor'])).toContain('PostgreSQL, up to date');

      await startService();
      const browser = await signIn(portal(), 'alice');
      expect(await browser.relay(await browser.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
      await service?.stop();
      await startService();
      const again = await signIn(portal(), 'alice');
      expect((await listDevices(again)).devices).toMatchObject([{ serial: '88000001', state: 'active' }]);
      const operator = await new Browser(portal()).post('/api/session', { username: 'admin', password: PASSWORD });
      expect(operator.body).toMatchObject({ user: { role: 'operator' } });
    },
    10 * MINUTES,
  );

  it(
    'is restored from its backup into an empty database, with its key file',
    async () => {
      await root.run(['cardwright-portal', 'backup', '/var/backups/portal.gz']);
      await service?.stop();
      await sql(`DROP DATABASE cardwright; CREATE DATABASE cardwright OWNER cardwright;`);
      expect(await root.run(['cardwright-portal', 'restore', '/var/backups/portal.gz'])).toContain(
        '2 users and 1 devices',
      );
      await startService();
      const alice = await signIn(portal(), 'alice');
      expect((await listDevices(alice)).devices).toMatchObject([{ serial: '88000001', state: 'active' }]);
      await service?.stop();
    },
    10 * MINUTES,
  );

  it('keeps only its keys and its data when purged, and names them', async () => {
    const told = await root.run(['dpkg', '--purge', 'cardwright-portal']);
    expect(told).toContain('/etc/cardwright-portal/keys.json is kept');
    expect(existsSync(root.at('/usr/lib/cardwright-portal'))).toBe(false);
    expect(existsSync(root.at(UNIT))).toBe(false);
    expect(readdirSync(root.at('/etc/cardwright-portal')).sort()).toEqual(['keys.json', 'vendor.pem']);
  });
});
