import { readFileSync } from 'node:fs';
import { FIREFOX_EXTENSION_ID, PRODUCT_VERSION } from '@cardwright/protocol';
import { inRepository, PortalUser, until, type Stage } from '@cardwright/stage';
import { ALICE } from './portal-options.js';
import { servePackages, type ServedPackages } from './served-packages.js';
import type { UpdateServer } from './update-server.js';

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
  private constructor(private readonly served: ServedPackages) {}

  static async open(): Promise<ManagedFirefox> {
    const computer = new ManagedFirefox(await servePackages());
    try {
      await computer.#start();
      return computer;
    } catch (error) {
      await computer.close();
      throw error;
    }
  }

  get stage(): Stage {
    return this.served.stage;
  }

  get server(): UpdateServer {
    return this.served.server;
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

  /** @returns what was left behind */
  close(): Promise<string[]> {
    return this.served.close();
  }
}
