import { FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import { until } from '@cardwright/stage';
import { firefoxUpdates, type ExtensionUpdates } from './extension-updates.js';
import { DOWNLOAD } from './managed-chromium.js';
import { ManagedComputer } from './managed-computer.js';

const TEMPLATE = 'firefox/policies.json';
const SITE_OF_TEMPLATE = '"https://cms.example.com": [';
/** The preference that counts opened windows. */
const COUNT = 'cardwright.windows';

/** A Firefox with the extension from `policies.json`. The extension is unsigned, so this Firefox does not require a signature. */
export class ManagedFirefox extends ManagedComputer {
  static open(): Promise<ManagedFirefox> {
    return this.start((served) => new ManagedFirefox(served));
  }

  protected async start(): Promise<void> {
    await this.stage.launch({
      kind: 'firefox',
      extensionDir: null,
      hostProgram: null,
      policies: this.#policies(),
      // The administrator's server speaks http here, and nobody has signed the extension.
      preferences: { 'xpinstall.signatures.required': false, 'extensions.checkUpdateSecurity': false },
    });
    this.registerHost('computer');
    const { firefox } = this.stage;
    const isInstalled = `WebExtensionPolicy.getByID('${FIREFOX_EXTENSION_ID}') !== null`;
    await until(() => firefox.inBrowser(isInstalled), { what: 'the extension, by policy' });
    await firefox.inBrowser(`Services.ww.registerNotification((window, topic) => {
      if (topic === 'domwindowopened') Services.prefs.setIntPref('${COUNT}', Services.prefs.getIntPref('${COUNT}', 0) + 1);
    })`);
  }

  /** The template for Firefox, filled in for this computer. */
  #policies(): object {
    const made = this.served.templates.get(TEMPLATE) ?? '';
    const filledIn = made
      .replaceAll(`${this.server.base}cardwright-host.deb`, DOWNLOAD)
      .replace(SITE_OF_TEMPLATE, `"${this.stage.portal.url}": [`)
      .replace('"allowedSites"', '"blockedSites": ["*"], "allowedSites"');
    return (JSON.parse(filledIn) as { policies: object }).policies;
  }

  get updates(): ExtensionUpdates {
    return firefoxUpdates(this.stage.firefox);
  }

  findUpdate(): Promise<void> {
    return this.updates.lookForUpdates();
  }

  /** Firefox injects the new content script into pages that are open. */
  readonly needsReload = false;

  async windowsOpened(): Promise<number> {
    return Number(await this.stage.firefox.inBrowser(`Services.prefs.getIntPref('${COUNT}', 0)`));
  }

  registerHost(scope: 'profile' | 'computer', program: string | null = this.served.hostProgram): void {
    this.stage.browser.registerHost(program, { scope });
  }
}
