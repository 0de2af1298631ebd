import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { layOutHost, readFleet, type Fleet } from '@cardwright/installers';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { writeHostDeb } from '../../../installers/src/packages/host-linux/deb.js';
import { CleanRoot, whyNoCleanRoot } from '../../support/clean-root.js';

const MINUTES = 60_000;
const EPOCH = 1_795_515_630;
const NEXT = '0.2.0';
const TEMPLATES = '/usr/lib/cardwright-host/policies';
const OWN_POLICY = '/etc/chromium/policies/managed/organisation.json';
const reason = whyNoCleanRoot();

/**
 * An administrator's work by docs/deploy.md alone, with what `npm run package` makes for a fleet: each command below is written there. Browsers
 * with these policies are in `e2e/managed`.
 */
(reason === undefined ? describe : describe.skip)(
  `a fleet in a clean Debian${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let folder: string;
    let fleet: Fleet;
    let debian: CleanRoot;
    let before: string[];
    let installed: string[];

    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'cardwright-fleet-'));
      const key = path.join(folder, 'key.pem');
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      fleet = readFleet({ CARDWRIGHT_CRX_KEY: key, CARDWRIGHT_UPDATE_BASE: 'https://downloads.corp.test/cardwright/' });
      debian = CleanRoot.open([]);
      // A policy of the organisation's own.
      mkdirSync(debian.at(path.dirname(OWN_POLICY)), { recursive: true });
      writeFileSync(debian.at(OWN_POLICY), '{ "DeveloperToolsAvailability": 1 }\n');
      before = debian.paths();
      makeDebs();
    }, 45 * MINUTES);
    afterAll(() => {
      debian.remove();
      rmSync(folder, { recursive: true });
    });

    const sh = (command: string): Promise<string> => debian.run(['sh', '-c', `cd /root && ${command}`]);

    /** Writes the host's package as of two versions. The program in both is that of this clone. */
    function makeDebs(): void {
      const host = path.join(folder, 'host');
      mkdirSync(host);
      layOutHost('linux-x64', host, fleet);
      for (const version of [PRODUCT_VERSION, NEXT]) {
        const scratch = mkdtempSync(path.join(folder, 'tree-'));
        const file = debian.at(`/root/cardwright-host_${version}_amd64.deb`);
        writeHostDeb({ host, architecture: 'amd64', version, epoch: EPOCH, scratch, file });
      }
    }

    /** Copies a template of the installed host, and edits it as deploy.md says: the portal's address and the help desk. */
    const edited = async (template: string): Promise<string> => {
      const name = path.basename(template);
      await sh(`cp ${TEMPLATES}/${template} . && sed -i 's#example\\.com#corp.test#' ${name}`);
      return name;
    };

    it(
      'installs the host with apt, and the policies with the host',
      async () => {
        await sh(`apt-get install -qy ./cardwright-host_${PRODUCT_VERSION}_amd64.deb`);
        installed = debian.paths();
        expect(await sh('cardwright-host --version')).toBe(`${PRODUCT_VERSION}\n`);
        const chrome = await edited('linux/chrome.json');
        expect(await sh(`cardwright-host policy add ${chrome} --browser Chrome --browser Chromium`)).toContain(
          'Chromium',
        );
        const firefox = await edited('firefox/policies.json');
        await sh(`cardwright-host policy add ${firefox}`);
        const shown = await sh('cardwright-host policy show');
        for (const name of ['Chrome', 'Chromium', 'Firefox', fleet.chromiumId]) expect(shown).toContain(name);
      },
      10 * MINUTES,
    );

    it(
      'updates the host, and rolls it back to the older version, with its policies',
      async () => {
        await sh(`apt-get install -qy ./cardwright-host_${NEXT}_amd64.deb`);
        expect(await sh("dpkg-query -W -f '${Version}' cardwright-host")).toBe(NEXT);
        await sh(`apt-get install -qy --allow-downgrades ./cardwright-host_${PRODUCT_VERSION}_amd64.deb`);
        expect(await sh("dpkg-query -W -f '${Version}' cardwright-host")).toBe(PRODUCT_VERSION);
        expect(await sh('dpkg --verify cardwright-host')).toBe('');
        expect(await sh('cardwright-host policy show')).toContain(fleet.chromiumId);
      },
      10 * MINUTES,
    );

    it(
      'takes out the policies, and leaves nothing when it is purged',
      async () => {
        await sh('cardwright-host policy remove');
        expect(await sh('cardwright-host policy show')).not.toContain(fleet.chromiumId);
        const own = (await sh('dpkg -L cardwright-host')).split('\n');
        await sh('apt-get purge -qy cardwright-host');
        // Packages that apt brought with the host stay until `apt autoremove`.
        const brought = installed.filter(
          (file) =>
            !own.some((one) => file === debian.at(one)) && !file.slice(debian.folder.length).includes('cardwright'),
        );
        expect(debian.paths().filter((file) => !before.includes(file) && !brought.includes(file))).toEqual([]);
        expect(readFileSync(debian.at(OWN_POLICY), 'utf8')).toBe('{ "DeveloperToolsAvailability": 1 }\n');
        expect(existsSync(debian.at('/usr/bin/cardwright-host'))).toBe(false);
      },
      10 * MINUTES,
    );
  },
);
