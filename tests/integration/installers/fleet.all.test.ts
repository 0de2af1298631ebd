import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { layOutHost, packExtension, readFleet, type Fleet } from '@cardwright/installers';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { openStage, PortalUser, type Stage, until } from '@cardwright/stage';
import { writeHostDeb } from '../../../installers/src/packages/host-linux/deb.js';
import { builtVersion } from '../../support/built-version.js';
import { expectIssued } from '../../support/card-judgement.js';
import { CleanRoot, whyNoCleanRoot } from '../../support/clean-root.js';
import { chromiumUpdates, type ExtensionUpdates, firefoxUpdates } from '../../support/managed/extension-updates.js';
import { startUpdateServer, type UpdateServer } from '../../support/managed/update-server.js';
import { ALICE, DEVICE_LIMIT, portalOf } from '../../support/portal-options.js';
import { TypedGuide } from '../../support/typed-guide.js';

const MINUTES = 60_000;
const EPOCH = 1_795_515_630;
const NEXT = '0.2.0';
const PIN = '739154';
/** Milliseconds for which Chromium takes no change of policy while its first page keeps loading, and a minute. */
const CHROMIUM_TAKES_POLICY = 4 * MINUTES;
const LIST = '/etc/cardwright/extensions.json';
const COMPUTER = '/etc/cardwright/host.json';
/** An id that a store has given. */
const FURTHER = 'abcdefghijklmnopabcdefghijklmnop';
const OWN_POLICY = '/etc/chromium/policies/managed/organisation.json';
const reason = whyNoCleanRoot();

/**
 * An administrator's work by docs/deploy.md alone, with what `npm run package` makes for a fleet: each command below is written there. The browsers
 * are the root's own: they find host and policies where the package and `cardwright-host` put them.
 */
(reason === undefined ? describe : describe.skip)(
  `a fleet in a clean Debian${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let folder: string;
    let output: string;
    let server: UpdateServer;
    let fleet: Fleet;
    const guide = new TypedGuide('deploy.md');
    let debian: CleanRoot;
    let stage: Stage;
    let before: string[];
    let installed: string[];

    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'cardwright-fleet-'));
      output = path.join(folder, 'output');
      mkdirSync(output);
      server = await startUpdateServer(output);
      const key = path.join(folder, 'key.pem');
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      fleet = readFleet({ CARDWRIGHT_CRX_KEY: key, CARDWRIGHT_UPDATE_BASE: server.base });
      debian = CleanRoot.open([]);
      await sh('apt-get -q update && apt-get -qy install --no-install-recommends chromium firefox-esr');
      // A policy of the organisation's own. It lets browser drivers see what policy installs.
      mkdirSync(debian.at(path.dirname(OWN_POLICY)), { recursive: true });
      writeFileSync(debian.at(OWN_POLICY), '{ "DeveloperToolsAvailability": 1 }\n');
      before = debian.paths();
      makeDebs();
      stage = await openStage({
        readers: 1,
        portal: portalOf({ algorithm: 'P-256', deviceLimit: DEVICE_LIMIT }),
        browser: false,
      });
    }, 45 * MINUTES);
    afterAll(async () => {
      await stage.close();
      await server.close();
      debian.remove();
      rmSync(folder, { recursive: true });
    });

    const sh = (command: string, input = ''): Promise<string> =>
      debian.run(['sh', '-c', `cd /root && ${command}`], { input });
    /** The findings of `doctor` that are neither good nor about readers and cards, of which the computer has none. */
    async function complaints(): Promise<readonly string[]> {
      const told = await sh('cardwright-host doctor || true');
      const findings = told.slice(0, told.indexOf('\n\n')).split('\n');
      return findings.filter((line) => line.includes(' FAIL ') && !/ \[(?:PCSC_UNAVAILABLE|NO_READER)\]$/.test(line));
    }
    function write(file: string, text: string): void {
      mkdirSync(path.dirname(debian.at(file)), { recursive: true });
      writeFileSync(debian.at(file), text);
    }

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

    /** Puts a version of the extension on the administrator's server, in the place of the former one. */
    async function publish(version: string): Promise<void> {
      const scratch = (name: string): string => mkdtempSync(path.join(folder, `${name}-`));
      await packExtension({ version, epoch: EPOCH, fleet, output, scratch });
      // Mozilla would have signed it.
      const unlisted = path.join(output, `cardwright-${version}-firefox-unlisted.zip`);
      copyFileSync(unlisted, path.join(output, 'cardwright-firefox.xpi'));
    }

    /**
     * Edits the copies of the templates as deploy.md says: the portal's address and the help desk. The server of the test speaks http, so it cannot be where
     * users find what is missing.
     */
    async function editTemplates(): Promise<void> {
      const edits = [
        `s#"https://cms.example.com":#"${stage.portal.url}":#`,
        's#example\\.com#corp.test#',
        's#"(extension|windows|macos|linux)": "http:[^"]*"#"\\1": "https://downloads.corp.test/"#',
      ];
      await sh(`sed -Ei ${edits.map((one) => `-e '${one}'`).join(' ')} chrome.json policies.json`);
    }

    it(
      'installs the host with apt, and the policies with the host',
      async () => {
        await sh(guide.commands('Linux', 'apt install'), 'y\n');
        installed = debian.paths();
        expect(await sh('cardwright-host --version')).toBe(`${builtVersion('native-host')}\n`);
        await sh(guide.commands('Linux', 'cp'));
        await editTemplates();
        for (const command of guide.commands('Linux', 'cardwright-host policy add').split('\n')) await sh(command);
        const shown = await sh('cardwright-host policy show');
        for (const name of ['Chrome', 'Chromium', 'Firefox', fleet.chromiumId, 'corp.test'])
          expect(shown).toContain(name);
        guide.commands('Linux', 'cardwright-host doctor');
        expect(await complaints()).toEqual([]);
        expect(await sh('cardwright-host list || true')).toContain('smart card service');
      },
      10 * MINUTES,
    );

    /** Starts a browser of the root, always with the same profile. */
    async function start(kind: 'chromium' | 'firefox'): Promise<ExtensionUpdates> {
      const program = path.join(folder, kind);
      debian.writeStarter(program, kind === 'chromium' ? '/usr/bin/chromium' : '/usr/bin/firefox-esr');
      const usual = {
        program,
        userDataDir: path.join(folder, `profile-${kind}`),
        extensionDir: null,
        hostProgram: null,
      };
      if (kind === 'chromium') {
        const { browser } = await stage.launch({ ...usual, installedByPolicy: fleet.chromiumId });
        return chromiumUpdates(browser, fleet.chromiumId);
      }
      // The administrator's server speaks http here, and nobody has signed the extension.
      const preferences = { 'xpinstall.signatures.required': false, 'extensions.checkUpdateSecurity': false };
      await stage.launch({ ...usual, kind, preferences });
      return firefoxUpdates(stage.firefox);
    }

    /** Expects that a user adds a device, and is asked for nothing but the PIN. */
    async function expectIssuance(): Promise<void> {
      const card = await stage.insert({ profile: 'yubikey' });
      const alice = await PortalUser.login(stage, ALICE);
      try {
        await alice.addDevice();
        await alice.wizard.pane('progress');
        await alice.choosePin(PIN);
        await alice.wizard.closes();
        await expectIssued(stage, card, PIN, 'EC');
      } finally {
        await alice.page.close();
        await card.pull();
      }
    }

    const has = (updates: ExtensionUpdates, version: string | null) =>
      until(async () => (await updates.installedVersion()) === version, {
        what: `the extension ${version ?? 'gone'}`,
        timeout: CHROMIUM_TAKES_POLICY,
      });

    it.each(['firefox', 'chromium'] as const)(
      'has %s install the extension, issue without a question, update it to 0.2.0 and issue again',
      async (kind) => {
        await publish(PRODUCT_VERSION);
        const updates = await start(kind);
        try {
          await has(updates, PRODUCT_VERSION);
          await expectIssuance();
          await publish(NEXT);
          await updates.lookForUpdates();
          await has(updates, NEXT);
          await expectIssuance();
        } finally {
          await stage.browser.close();
        }
      },
      15 * MINUTES,
    );

    it('obeys the further ids of a list, once the manifests admit them, and of no list that others can change', async () => {
      write(LIST, guide.block("The extension's ids", 'json'));
      expect(await complaints()).toContainEqual(expect.stringContaining(`not chrome-extension://${FURTHER}`));
      await sh('cardwright-host install --system');
      expect(await complaints()).toEqual([]);
      expect(await sh('cardwright-host doctor || true')).toContain(`the host obeys ${FURTHER}`);
      chmodSync(debian.at(LIST), 0o666);
      expect(await complaints()).toContainEqual(expect.stringContaining(`no id of ${LIST} is obeyed`));
      rmSync(debian.at(LIST));
      await sh('cardwright-host install --system');
      expect(await complaints()).toEqual([]);
    });

    it('registers another browser of an account, and forgets it', async () => {
      const settings = '/tmp/home/.config/thorium';
      const manifest = `${settings}/NativeMessagingHosts/org.cardwright.host.json`;
      const asUser = 'runuser -u nobody -- env HOME=/tmp/home';
      await sh(`install -d -o nobody /tmp/home ${settings}`);
      await sh(`${asUser} cardwright-host install --browser-dir ${settings}`);
      const { path: launcher } = JSON.parse(readFileSync(debian.at(manifest), 'utf8')) as { path: string };
      expect(await sh(`${asUser} ${launcher} --version`)).toBe(`${builtVersion('native-host')}\n`);
      await sh(`${asUser} cardwright-host uninstall`);
      expect(existsSync(debian.at(manifest))).toBe(false);
      expect(existsSync(debian.at(launcher))).toBe(false);
    });

    it('reports a newer host, as the file of the computer asks for it', async () => {
      write(COMPUTER, guide.block('Updates', 'json'));
      expect(await complaints()).toEqual([expect.stringContaining('policy asks for 0.2.0 or later')]);
      rmSync(debian.at(COMPUTER));
    });

    it(
      'updates the host, and rolls it back to the older version, with its policies',
      async () => {
        await sh(`apt install ./cardwright-host_${NEXT}_amd64.deb`);
        expect(await sh("dpkg-query -W -f '${Version}' cardwright-host")).toBe(NEXT);
        await sh(`apt install --allow-downgrades ./cardwright-host_${PRODUCT_VERSION}_amd64.deb`, 'y\n');
        expect(await sh("dpkg-query -W -f '${Version}' cardwright-host")).toBe(PRODUCT_VERSION);
        expect(await sh('dpkg --verify cardwright-host')).toBe('');
        expect(await sh('cardwright-host policy show')).toContain(fleet.chromiumId);
      },
      10 * MINUTES,
    );

    it(
      'takes the extension out of Firefox, which keeps what is installed until policy blocks it',
      async () => {
        await sh("sed -i 's/force_installed/blocked/' policies.json && cardwright-host policy add policies.json");
        const updates = await start('firefox');
        try {
          await has(updates, null);
        } finally {
          await stage.browser.close();
        }
      },
      10 * MINUTES,
    );

    it(
      'takes out the policies, and with them the extension of a running Chromium',
      async () => {
        const updates = await start('chromium');
        try {
          await has(updates, NEXT);
          await sh('cardwright-host policy remove');
          await has(updates, null);
        } finally {
          await stage.browser.close();
        }
      },
      10 * MINUTES,
    );

    it(
      'leaves nothing when it is purged',
      async () => {
        rmSync(debian.at(path.dirname(LIST)), { recursive: true });
        expect(await sh('cardwright-host policy show')).not.toContain(fleet.chromiumId);
        const own = (await sh('dpkg -L cardwright-host')).split('\n');
        await sh('apt purge cardwright-host', 'y\n');
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

    it('has typed every command of the guide', () => {
      expect(guide.untyped('integration/installers/fleet.all')).toEqual([]);
    });
  },
);
