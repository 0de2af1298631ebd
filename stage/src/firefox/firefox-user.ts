import { FIREFOX_EXTENSION_ID } from '@cardwright/protocol';
import type { Browser, Page } from 'puppeteer-core';
import { until } from '../until.js';
import type { Bidi } from './bidi.js';
import { findFirefoxPage } from './firefox-windows.js';

const PERMISSIONS = 'resource://gre/modules/ExtensionPermissions.sys.mjs';
const WINDOW = "Services.wm.getMostRecentWindow('navigator:browser')";
const QUESTION = `${WINDOW}.document.querySelector('#addon-webext-permissions-notification')`;

/** A person at Firefox's own windows, which its driver does not reach. */
export class FirefoxUser {
  constructor(
    private readonly browser: Browser,
    private readonly bidi: Bidi,
  ) {}

  /** Takes every site away from the extension, as in `about:addons`, Permissions. Pages keep it until they are reloaded. */
  async withholdSites(): Promise<void> {
    await this.bidi.inBrowser(`(async () => {
      const { ExtensionPermissions } = ChromeUtils.importESModule('${PERMISSIONS}');
      const { extension } = WebExtensionPolicy.getByID('${FIREFOX_EXTENSION_ID}');
      const { origins } = await ExtensionPermissions.get(extension.id);
      await ExtensionPermissions.remove(extension.id, { permissions: [], origins: [...origins] }, extension);
    })()`);
  }

  /** Waits until Firefox asks whether the extension may have more permissions, and agrees. */
  async allowPermissions(): Promise<void> {
    await until(() => this.bidi.inBrowser(`${QUESTION}?.button !== undefined`), { what: "Firefox's question" });
    await this.bidi.inBrowser(`${QUESTION}.button.click()`);
  }

  /** Opens a private window. */
  async privateWindow(): Promise<Page> {
    await this.bidi.inBrowser(`${WINDOW}.OpenBrowserWindow({ private: true }) !== null`);
    const opened = () => findFirefoxPage(this.browser, this.bidi, (address) => address === 'about:privatebrowsing');
    return until(opened, { what: 'a private window' });
  }
}
