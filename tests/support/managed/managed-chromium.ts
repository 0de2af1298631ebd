import path from 'node:path';
import { expect } from '@jest/globals';
import type { HostRegistration, StagePolicy } from '@cardwright/stage';
import * as v from 'valibot';
import { chromiumUpdates, type ExtensionUpdates } from './extension-updates.js';
import { ManagedComputer } from './managed-computer.js';

const TEMPLATE = 'linux/chrome-strict.json';
const template = v.looseObject({
  '3rdparty': v.object({ extensions: v.record(v.string(), v.record(v.string(), v.unknown())) }),
});

/** The address at which the administrator offers the host. */
export const DOWNLOAD = 'https://get.example/cardwright-host.deb';

const originOf = (extensionId: string): string => `chrome-extension://${extensionId}/`;

/**
 * A Chromium whose policy installs the signed extension from the administrator's server, and allows only our host, installed for the
 * whole computer.
 *
 * The fleet has a key of its own, so the extension's id is not the product's. All packages are of this fleet: the host obeys that id, and the template
 * installs it.
 */
export class ManagedChromium extends ManagedComputer {
  /** File names of all windows that the extension ever opened, in order. */
  readonly windows: string[] = [];
  #changes = 0;
  #updates: ExtensionUpdates | undefined;

  static open(): Promise<ManagedChromium> {
    return this.start((served) => new ManagedChromium(served));
  }

  get extensionId(): string {
    return this.served.crxId;
  }

  protected async start(): Promise<void> {
    const { browser } = await this.stage.launch({
      extensionDir: null,
      installedByPolicy: this.extensionId,
      hostProgram: this.served.hostProgram,
      hostRegistration: this.#registration('computer'),
      policy: this.policy(),
    });
    const note = (address: string): void => {
      const { protocol, pathname } = new URL(address);
      if (protocol === 'chrome-extension:' && pathname.endsWith('.html'))
        this.windows.push(path.basename(pathname, '.html'));
    };
    browser.on('targetcreated', (target) => note(target.url()));
    browser.on('targetchanged', (target) => note(target.url()));
  }

  registerHost(scope: 'profile' | 'computer', program: string | null = this.served.hostProgram): void {
    this.stage.browser.registerHost(program, this.#registration(scope));
  }

  get updates(): ExtensionUpdates {
    return (this.#updates ??= chromiumUpdates(this.stage.browser.browser, this.extensionId));
  }

  async findUpdate(): Promise<void> {
    // The button on chrome://extensions installs at once, even if the extension is running.
    const page = await this.stage.browser.browser.newPage();
    try {
      await page.goto(`${originOf(this.extensionId)}pages/options.html`);
      const found = await page.evaluate('chrome.runtime.requestUpdateCheck()');
      expect(found).toMatchObject({ status: 'update_available' });
    } finally {
      await page.close();
    }
  }

  /** Chromium injects no content script into pages that are open. */
  readonly needsReload = true;

  windowsOpened(): Promise<number> {
    return Promise.resolve(this.windows.length);
  }

  #registration(scope: 'profile' | 'computer'): HostRegistration {
    return { scope, allowedOrigins: [originOf(this.extensionId)] };
  }

  /**
   * The administrator's policy: the strict template for Linux, filled in for this computer, with changes. Every policy
   * differs, so that its arrival can be noticed.
   */
  policy({ browser = {}, extension = {} }: StagePolicy = {}): StagePolicy {
    const made = this.served.templates.get(TEMPLATE) ?? '';
    const filledIn = made.replaceAll('"https://cms.example.com":', `"${this.stage.portal.url}":`);
    const { '3rdparty': thirdParty, ...ofBrowser } = v.parse(template, JSON.parse(filledIn));
    return {
      // Without DeveloperToolsAvailability, browser drivers cannot see an extension that policy installs.
      browser: { ...ofBrowser, DeveloperToolsAvailability: 1, ...browser },
      extension: {
        ...thirdParty.extensions[this.extensionId],
        blockedSites: ['*'],
        support: { name: `IT Service Desk ${++this.#changes}`, linux: DOWNLOAD },
        ...extension,
      },
    };
  }

  /** Changes the policy as the administrator; resolves when browser and extension have it. */
  async change(changes: StagePolicy = {}): Promise<void> {
    await this.stage.browser.setPolicy(this.policy(changes));
  }
}
