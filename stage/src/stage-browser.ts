import path from 'node:path';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import type { Browser, Page, Target, Viewport } from 'puppeteer-core';
import { backgroundOf, hastenWindows, policyArrives, stopBackground } from './extension-background.js';
import { HOST_PROGRAM, type HostRegistration, registerHost } from './host-registration.js';
import type { ManagedPolicy, StagePolicy } from './managed-policy.js';
import { sayingWhatIsShown, waitIn } from './page-search.js';
import { PATIENCE_MS, patiently } from './patience.js';

/** Size in pixels that `waitForExtensionWindow` gives to a window of the extension. Without a display, Chromium gives such windows no size. */
const WINDOW_VIEWPORT: Viewport = { width: 480, height: 640 };

/** A separate browser with its own profile. By default, it has the extension, and a native host that is registered for this profile only. */
export interface StageBrowser {
  readonly browser: Browser;
  readonly userDataDir: string;
  /**
   * Waits for a window of the extension.
   *
   * @param page name of the page's file or folder, such as `consent` or `secret`
   */
  waitForExtensionWindow(page: string): Promise<Page>;
  /** Opens a page of the extension, such as `options` or `popup`, in a new tab. */
  ownPage(page: string): Promise<Page>;
  /** Installs an unpacked extension. Pages that are already open do not see the extension until they are reloaded. */
  installExtension(extensionDir: string): Promise<void>;
  /** Registers a native host, or removes the registration (null). Takes effect when the extension next starts a host. Default: the built host. */
  registerHost(program?: string | null, registration?: HostRegistration): void;
  /**
   * Replaces the managed policy. If the extension is installed, waits until the extension has noticed the new policy.
   *
   * @throws for Firefox, and for a Chromium with a window
   */
  setPolicy(policy: StagePolicy): Promise<void>;
  /** Ends the extension's background, as the browser itself may do at any time. */
  stopBackground(): Promise<void>;
  /**
   * Shortens the time for which the extension's windows wait for the user to `milliseconds`. Applies to the waits that begin after this
   * call, until the background ends.
   *
   * @throws for Firefox
   */
  hastenWindows(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Returns the folder in a profile that stands for `/` (`BrowserFolders.computer`). */
export const computerOf = (userDataDir: string): string => path.join(userDataDir, 'computer');

export interface RunningChromium {
  readonly browser: Browser;
  readonly userDataDir: string;
  /** The managed policy. Null if the browser keeps the policies that this computer's administrator has set. */
  readonly policy: ManagedPolicy | null;
  /** The id of the extension that the browser installed because of its policy. */
  readonly installedByPolicy?: string | undefined;
  /** True if the extension is installed. Default: the browser is asked, which does not work in a connection by address (`connectChromium`). */
  readonly hasExtension?: boolean;
  readonly close: () => Promise<void>;
}

/** Returns the methods that a stage needs, for a running Chromium. */
export function stageBrowser(running: RunningChromium): StageBrowser {
  const { browser, userDataDir, policy } = running;
  return {
    browser,
    userDataDir,
    waitForExtensionWindow: (page) => waitForExtensionWindow(browser, page),
    ownPage: async (name) => {
      const address = `chrome-extension://${CHROMIUM_EXTENSION_ID}/pages/${name}.html`;
      return shown(await openTab(browser, address));
    },
    installExtension: async (folder) => {
      await browser.installExtension(folder);
      await backgroundOf(browser);
    },
    registerHost: (program = HOST_PROGRAM, registration = {}) =>
      registerHost({ userDataDir, computer: computerOf(userDataDir) }, program, registration),
    setPolicy: async (next) => {
      if (policy === null) throw new Error('Only a browser without a display has a policy of its own.');
      if (policy.set(next)) await followPolicy(running, next);
    },
    stopBackground: () => stopBackground(browser),
    hastenWindows: (milliseconds) => hastenWindows(browser, milliseconds),
    close: running.close,
  };
}

/** Waits until the extension has noticed its policy. Resolves at once if the extension is not installed. */
export async function followPolicy(
  { browser, installedByPolicy, hasExtension }: Pick<RunningChromium, 'browser' | 'installedByPolicy' | 'hasExtension'>,
  { extension = {} }: StagePolicy,
): Promise<void> {
  const isInstalled = hasExtension ?? (installedByPolicy !== undefined || (await browser.extensions()).size > 0);
  if (isInstalled) await policyArrives(browser, extension, installedByPolicy);
}

/**
 * Waits for a window of the extension whose address contains `page` as a file or folder name. Resolves once the window shows something.
 *
 * @param timeout milliseconds to wait for the window
 */
export async function waitForExtensionWindow(browser: Browser, page: string, timeout = PATIENCE_MS): Promise<Page> {
  const isIt = (address: string): boolean => {
    const { protocol, pathname } = new URL(address);
    return protocol === 'chrome-extension:' && pathname.split(/[/.]/).includes(page);
  };
  const opens = browser.waitForTarget((one) => (one.type() as string) === 'page' && isIt(one.url()), {
    timeout,
  });
  const target = await sayingWhatIsShown(browser, opens, `the extension's window "${page}"`);
  const window = await shown(target);
  await window.setViewport(WINDOW_VIEWPORT);
  return window;
}

/** Opens a tab that begins with an address. A tab that first shows an empty page starts a process for that page. */
async function openTab(browser: Browser, address: string): Promise<Target> {
  const before = new Set(browser.targets());
  const session = await browser.target().createCDPSession();
  await session.send('Target.createTarget', { url: address });
  await session.detach();
  return browser.waitForTarget((one) => !before.has(one) && one.url() === address, { timeout: PATIENCE_MS });
}

/** Waits until a page of the extension has read its texts, because it shows nothing before. */
async function shown(target: Target): Promise<Page> {
  const opened = await target.page();
  if (opened === null) throw new Error(`The page ${target.url()} was closed before it could be looked at.`);
  const page = patiently(opened);
  // Waits for the document and its content, because a page has its address before both.
  const isShown = (address: string): boolean =>
    location.href === address && document.querySelector('body:not([hidden])') !== null;
  await waitIn(page, isShown, target.url());
  return page;
}
