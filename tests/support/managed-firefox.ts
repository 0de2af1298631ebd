import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packExtension } from '@cardwright/installers';
import { FIREFOX_EXTENSION_ID, PRODUCT_VERSION } from '@cardwright/protocol';
import { inRepository, openStage, PortalUser, until, type Stage } from '@cardwright/stage';
import { ALICE, portalOf } from './portal-options.js';
import { startUpdateServer, type UpdateServer } from './update-server.js';

/** Time of the files in the packages, in seconds since 1970. */
const EPOCH = Date.UTC(2026, 0, 1) / 1000;
const TEMPLATE = inRepository('installers', 'policies', 'firefox', 'policies.json');
const XPI_OF_TEMPLATE = 'https://cms.example.com/cardwright/cardwright-firefox.xpi';
const SITE_OF_TEMPLATE = '"https://cms.example.com": [';
const INSTALL_MS = 20_000;
/** Where windows that open are counted. */
const COUNT = 'cardwright.windows';

/**
 * A computer as its administrator has left it: a Firefox with a fresh profile, the extension fetched by `policies.json`, and the host of
 * the whole computer.
 *
 * Nobody has signed the extension, so this Firefox does not ask for a signature.
 */
export class ManagedFirefox {
  private constructor(
    readonly stage: Stage,
    readonly server: UpdateServer,
    private readonly folder: string,
  ) {}

  static async open(): Promise<ManagedFirefox> {
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-managed-'));
    const output = path.join(folder, 'output');
    mkdirSync(output);
    const server = await startUpdateServer(output);
    const scratch = (name: string): string => mkdtempSync(path.join(folder, `${name}-`));
    await packExtension({ version: PRODUCT_VERSION, epoch: EPOCH, output, scratch }, { key: null, base: server.base });
    const stage = await openStage({ readers: 1, portal: portalOf({ algorithm: 'P-256' }), browser: false });
    const computer = new ManagedFirefox(stage, server, folder);
    await computer.#start();
    return computer;
  }

  async #start(): Promise<void> {
    await this.stage.launch({
      kind: 'firefox',
      extensionDir: null,
      hostProgram: null,
      policies: this.#policies(),
      preferences: { 'xpinstall.signatures.required': false },
    });
    this.registerHost('computer');
    const { firefox } = this.stage;
    const isInstalled = `WebExtensionPolicy.getByID('${FIREFOX_EXTENSION_ID}') !== null`;
    await until(() => firefox.inBrowser(isInstalled), { what: 'the extension, by policy', timeout: INSTALL_MS });
    await firefox.inBrowser(`Services.ww.registerNotification((window, topic) => {
      if (topic === 'domwindowopened') Services.prefs.setIntPref('${COUNT}', Services.prefs.getIntPref('${COUNT}', 0) + 1);
    })`);
  }

  /** The template for Firefox, filled in for this computer. */
  #policies(): object {
    const filledIn = readFileSync(TEMPLATE, 'utf8')
      .replace(XPI_OF_TEMPLATE, `${this.server.base}cardwright-${PRODUCT_VERSION}-firefox.zip`)
      .replace(SITE_OF_TEMPLATE, `"${this.stage.portal.url}": [`)
      .replace('"allowedSites"', '"blockedSites": ["*"], "allowedSites"');
    return (JSON.parse(filledIn) as { policies: object }).policies;
  }

  /** Windows that have opened since the start. */
  async windowsOpened(): Promise<number> {
    return Number(await this.stage.firefox.inBrowser(`Services.prefs.getIntPref('${COUNT}', 0)`));
  }

  /** Registers the host for the computer or for the user alone; null takes it away there. */
  registerHost(scope: 'profile' | 'computer', program?: null): void {
    this.stage.browser.registerHost(program, { scope });
  }

  /** A user, logged in. */
  login(): Promise<PortalUser> {
    return PortalUser.login(this.stage, ALICE);
  }

  async close(): Promise<string[]> {
    const left = await this.stage.close();
    await this.server.close();
    rmSync(this.folder, { recursive: true });
    return left;
  }
}
