import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXTENSION_DIR, openStage, PortalUser, until, type TiedProcess } from '@cardwright/stage';
import { insertCard, type VirtualCard } from '@cardwright/virtual-card';
import { freePairs, readerConfiguration } from '../../../stage/src/reader-configuration.js';
import { builtVersion } from '../../support/built-version.js';
import { expectIssued } from '../../support/card-judgement.js';
import { ALICE, portalOf } from '../../support/portal-options.js';
import { putPackage } from '../../support/product-packages.js';
import { CleanRoot, whyNoCleanRoot } from '../../support/clean-root.js';

const MINUTES = 60_000;
const NEW_PIN = '739154';
/** Path in the root. */
const DEB = '/tmp/cardwright-host.deb';
const VPCD_DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
/** The package's dependencies, which dpkg alone does not fetch, and the virtual reader. */
const PACKAGES = ['pcscd', 'libatomic1', 'libusb-1.0-0', 'vsmartcard-vpcd', 'chromium'];
const reason = whyNoCleanRoot();

(reason === undefined ? describe : describe.skip)(
  `the host's deb in a clean Debian without Node.js${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let folder: string;
    let debian: CleanRoot;
    let before: string[];

    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'cardwright-clean-debian-'));
      debian = CleanRoot.open([]);
      // debootstrap cannot handle all dependencies of pcscd.
      const install = `apt-get -q update && apt-get -qy install --no-install-recommends ${PACKAGES.join(' ')}`;
      await debian.run(['sh', '-c', install]);
      // The place where Chromium will find this machine's extension.
      mkdirSync(debian.at(EXTENSION_DIR), { recursive: true });
      before = debian.paths();
      for (const file of await putPackage('host-deb', folder))
        if (file.endsWith('_amd64.deb')) renameSync(file, debian.at(DEB));
    }, 45 * MINUTES);
    afterAll(() => {
      debian.remove();
      rmSync(folder, { recursive: true });
    });

    it(
      'is installed by dpkg alone, with nothing else missing',
      async () => {
        await expect(debian.run(['sh', '-c', 'command -v node || command -v nodejs'])).rejects.toThrow();
        await debian.run(['dpkg', '--install', DEB]);
        expect(await debian.run(['cardwright-host', '--version'])).toBe(`${builtVersion('native-host')}\n`);
        expect(await debian.run(['dpkg', '--verify', 'cardwright-host'])).toBe('');
      },
      10 * MINUTES,
    );

    it(
      'finds nothing wrong with pcscd and a card',
      async () => {
        const [reader, second] = await freePairs(1);
        if (!reader || !second) throw new Error('a pair is two readers');
        writeFileSync(
          debian.at('/etc/reader.conf.d/vpcd'),
          readerConfiguration([reader, second], () => VPCD_DRIVER),
        );
        mkdirSync(debian.at('/run/pcscd'), { recursive: true });
        const pcscd: TiedProcess = await debian.start(['pcscd', '--foreground', '--disable-polkit']);
        let card: VirtualCard | undefined;
        try {
          const stateFile = path.join(folder, 'card');
          const insert = () => insertCard({ port: reader.port, profile: 'yubikey', stateFile });
          card = await until(() => insert().catch(() => null), { what: 'a reader for the card' });
          const doctor = () => debian.run(['cardwright-host', 'doctor']).catch(() => null);
          const found = await until(doctor, { what: 'a doctor who finds nothing', timeout: MINUTES });
          expect(found).toContain('YubiKey');
          expect(found).toContain('/etc/opt/chrome/native-messaging-hosts');
          expect(found).not.toContain('FAIL');
        } finally {
          await card?.pull();
          await pcscd.stop();
        }
      },
      10 * MINUTES,
    );

    it(
      'lets Chromium issue a card',
      async () => {
        const program = path.join(folder, 'chromium');
        debian.writeStarter(program, '/usr/bin/chromium', [EXTENSION_DIR]);
        const browser = { program, hostProgram: null };
        const stage = await openStage({ readers: 1, portal: portalOf({ algorithm: 'P-256' }), browser });
        try {
          const card = await stage.insert({ profile: 'yubikey' });
          const alice = await PortalUser.login(stage, ALICE);
          await alice.addDevice();
          await alice.allowSite();
          await alice.wizard.pane('progress');
          await alice.choosePin(NEW_PIN);
          await alice.wizard.closes();
          const [row] = await alice.devices(1);
          expect(row).toMatchObject({ state: 'Active' });
          await expectIssued(stage, card, NEW_PIN, 'EC');
        } finally {
          await stage.close();
        }
      },
      10 * MINUTES,
    );

    it(
      'leaves nothing when it is purged',
      async () => {
        expect(await debian.run(['dpkg', '--purge', 'cardwright-host'])).not.toContain('warning');
        // dpkg may remove a folder that was empty before, such as /etc/opt.
        expect(debian.paths().filter((file) => !before.includes(file))).toEqual([]);
      },
      10 * MINUTES,
    );
  },
);
