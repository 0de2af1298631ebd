import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Portal } from '@cardwright/portal';
import { builtVersion } from '../../support/built-version.js';
import { whyNoCleanRoot } from '../../support/clean-root.js';
import { InstalledPortal, SETTINGS, UNIT } from '../../support/installed-portal.js';
import { putPortalDeb } from '../../support/product-packages.js';
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
const why = whyNoCleanRoot();
if (why !== undefined) console.warn(`Skipped, because ${why}.`);

(why === undefined ? describe : describe.skip)('the portal in a clean Debian system with PostgreSQL', () => {
  let output: string;
  let installed: InstalledPortal;
  const card = new TestCard('yubikey', '88000001', TEST_VENDOR);
  const modeOf = (file: string): number => statSync(installed.root.at(file)).mode & 0o777;

  beforeAll(async () => {
    output = mkdtempSync(path.join(tmpdir(), 'cardwright-portal-deb-'));
    installed = await InstalledPortal.open();
  }, 20 * MINUTES);
  afterAll(async () => {
    await installed.remove();
    rmSync(output, { recursive: true, force: true });
  });

  it(
    'is installed by dpkg, and starts nothing',
    async () => {
      expect(await installed.install(await putPortalDeb(output))).toContain("run 'cardwright-portal init'");
      await expect(installed.root.run(['sh', '-c', 'command -v node nodejs'])).rejects.toThrow();
      expect((await installed.command(['--version'])).trim()).toBe(builtVersion('portal'));
      expect(modeOf(SETTINGS)).toBe(0o750);
      expect(modeOf(`${SETTINGS}/portal.env`)).toBe(0o600);
      await expect(installed.startService()).rejects.toThrow(/keys\.json/);
    },
    10 * MINUTES,
  );

  it(
    'becomes a portal with one setting and init, issues a card, and survives its restart',
    async () => {
      installed.setPlaces();
      installed.set(`CARDWRIGHT_ATTESTATION_ROOTS=${SETTINGS}/vendor.pem`);
      writeFileSync(installed.root.at(`${SETTINGS}/vendor.pem`), TEST_VENDOR.root);
      await installed.root.run(['chown', 'root:cardwright-portal', `${SETTINGS}/vendor.pem`]);
      await installed.command(['init', '--password-file', '-'], PASSWORD);
      const alice = ['alice', '--display-name', 'Alice Example', '--password-file', '-'];
      await installed.command(['account', 'add', ...alice], PASSWORD);
      expect(await installed.command(['doctor'])).toContain('PostgreSQL, up to date');

      await installed.startService();
      const browser = await signIn(installed.portal, 'alice');
      expect(await browser.relay(await browser.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
      await installed.stopService();
      await installed.startService();
      const again = await signIn(installed.portal, 'alice');
      expect((await listDevices(again)).devices).toMatchObject([{ serial: '88000001', state: 'active' }]);
      const operator = await signIn(installed.portal, 'admin');
      // The first sign-in of staff registers a passkey.
      expect((await operator.get('/api/session')).body).toMatchObject({ secondFactor: 'to-register' });
    },
    10 * MINUTES,
  );

  it(
    'is restored from its backup into an empty database, with its key file',
    async () => {
      await installed.command(['backup', '/var/backups/portal.gz']);
      await installed.stopService();
      await installed.emptyDatabase();
      expect(await installed.command(['restore', '/var/backups/portal.gz'])).toContain('2 users and 1 devices');
      await installed.startService();
      const alice = await signIn(installed.portal, 'alice');
      expect((await listDevices(alice)).devices).toMatchObject([{ serial: '88000001', state: 'active' }]);
      await installed.stopService();
    },
    10 * MINUTES,
  );

  it('keeps only its keys and its data when purged, and names them', async () => {
    const told = await installed.root.run(['dpkg', '--purge', 'cardwright-portal']);
    expect(told).toContain(`${SETTINGS}/keys.json is kept`);
    expect(existsSync(installed.root.at('/usr/lib/cardwright-portal'))).toBe(false);
    expect(existsSync(installed.root.at(UNIT))).toBe(false);
    expect(readdirSync(installed.root.at(SETTINGS)).sort()).toEqual(['keys.json', 'vendor.pem']);
  });
});
