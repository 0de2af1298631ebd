import { FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import type { Browser, Page } from 'puppeteer-core';
import { until } from '../until.js';
import type { Bidi } from './bidi.js';
import { findFirefoxPage } from './firefox-windows.js';

const PERMISSIONS = 'resource://gre/modules/ExtensionPermissions.sys.mjs';
const WINDOW = "Services.wm.getMostRecentWindow('navigator:browser')";
const QUESTION = `${WINDOW}.document.querySelector('#addon-webext-permissions-notification')`;

/** A user of Firefox's own windows, which Puppeteer does not reach. */
export class FirefoxUser {
  constructor(
    private readonly browser: Browser,
    private readonly bidi: Bidi,
  ) {}

  /** Revokes the extension's access to all sites, as in `about:addons`, Permissions. Open pages stay accessible until they are reloaded. */
  async withholdSites(): Promise<void> {
    await this.bidi.inBrowser(`(async () => {
      const { ExtensionPermissions } = ChromeUtils.importESModule('${PERMISSIONS}');
      const { extension } = WebExtensionPolicy.getByID('${FIREFOX_EXTENSION_ID}');
      const { origins } = await ExtensionPermissions.get(extension.id);
      await ExtensionPermissions.remove(extension.id, { permissions: [], origins: [...origins] }, extension);
    })()`);
  }

  /** Waits until Firefox asks whether the extension may have more permissions, and allows them. */
  async allowPermissions(): Promise<void> {
    await until(() => this.bidi.inBrowser(`${QUESTION}?.button !== undefined`), { what: "Firefox's question" });
    await this.bidi.inBrowser(`${QUESTION}.button.click()`);
  }

  /**
   * Opens a private window at an address, and waits until its page is loaded. The window opens directly at the address, because Puppeteer sometimes
   * does not notice that a window has left Firefox's own page for a site.
   */
  async privateWindow(address: string): Promise<Page> {
    await this.bidi.inBrowser(`(() => {
      const args = Cc['@mozilla.org/supports-string;1'].createInstance(Ci.nsISupportsString);
      args.data = ${JSON.stringify(address)};
      return ${WINDOW}.OpenBrowserWindow({ private: true, args }) !== null;
    })()`);
    return until(() => this.loadedPage(address), { what: `a private window at ${address}` });
  }

  private async loadedPage(address: string): Promise<Page | null> {
    const page = await findFirefoxPage(this.browser, this.bidi, (url) => url === address);
    const isLoaded = await page?.evaluate(() => document.readyState === 'complete');
    return page && isLoaded === true ? page : null;
  }
}
