import { FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import type { StageFirefox } from '@cardwright/stage';
import type { Browser, Page } from 'puppeteer-core';
import * as v from 'valibot';

/** The extension as a browser knows it, whoever set the browser up. */
export interface ExtensionUpdates {
  /** Returns the version of the extension that the browser has; null if it has none. */
  installedVersion(): Promise<string | null>;
  /** Has the browser look for updates, as it does every few hours. */
  lookForUpdates(): Promise<void>;
}

const extensionInfo = v.nullable(v.object({ version: v.string() }));

/** The updates of Chromium, by its own page of extensions. */
export function chromiumUpdates(browser: Browser, extensionId: string): ExtensionUpdates {
  let opened: Promise<Page> | undefined;
  // One page serves every look: Chromium takes no change of policy before a page of it has loaded, so pages must not come and go.
  const inExtensionsPage = async <T>(work: (page: Page) => Promise<T>): Promise<T> => {
    opened ??= browser.newPage().then(async (page) => {
      await page.goto('chrome://extensions');
      return page;
    });
    return work(await opened);
  };
  return {
    installedVersion: () =>
      inExtensionsPage(async (page) => {
        const all = 'chrome.developerPrivate.getExtensionsInfo()';
        const info: unknown = await page.evaluate(
          `${all}.then((found) => found.find(({ id }) => id === '${extensionId}') ?? null)`,
        );
        // The page shows the name of the version, which has the commit.
        return v.parse(extensionInfo, info)?.version.split('+')[0] ?? null;
      }),
    lookForUpdates: () =>
      inExtensionsPage(async (page) => {
        await page.evaluate('chrome.developerPrivate.autoUpdate()');
      }),
  };
}

const ADDONS = "ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs').AddonManager";
/** Expression of Firefox's own add-on object for the extension. */
const ADDON = `${ADDONS}.getAddonByID('${FIREFOX_EXTENSION_ID}')`;

/** The updates of Firefox, by its own add-on manager. */
export const firefoxUpdates = (firefox: StageFirefox): ExtensionUpdates => ({
  installedVersion: async () => {
    const version = await firefox.inBrowser(`${ADDON}.then((addon) => addon?.version ?? null)`);
    // WebDriver BiDi has no value for null.
    return v.parse(v.optional(v.string()), version) ?? null;
  },
  lookForUpdates: async () => {
    await firefox.inBrowser(`${ADDON}.then((addon) => new Promise((resolve) => {
      addon.findUpdates({
        onUpdateAvailable: (_, install) => install.install(),
        onUpdateFinished: () => resolve(),
      }, ${ADDONS}.UPDATE_WHEN_PERIODIC_UPDATE);
    }))`);
  },
});
