import path from 'node:path';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import type { Browser, Page, Viewport } from 'puppeteer-core';
import { backgroundOf, hastenWindows, policyArrives, stopBackground } from './extension-background.js';
import { HOST_PROGRAM, type HostRegistration, registerHost } from './host-registration.js';
import type { ManagedPolicy, StagePolicy } from './managed-policy.js';
import { sayingWhatIsShown, waitIn } from './page-search.js';
import { PATIENCE_MS, patiently } from './patience.js';

/** Size for photographs of pop-up windows. Without a display, Chromium gives those no size. */
const WINDOW_VIEWPORT: Viewport = { width: 480, height: 640 };

/** A separate Chromium: its own profile, the extension, and the native host registered for that profile alone. */
export interface StageBrowser {
  readonly browser: Browser;
  readonly userDataDir: string;
  /** Waits for a window of the extension, like its user. `page` is the page's file or folder: `consent`, `secret`, ... */
  waitForExtensionWindow(page: string): Promise<Page>;
  /** Opens a page of the extension in a new tab: `options`, `popup`, ... */
  ownPage(page: string): Promise<Page>;
  /** Installs an unpacked extension while pages are open. They do not get it until they are reloaded. */
  installExtension(extensionDir: string): Promise<void>;
  /** Registers another native host, or none (null), for the next start of a host. Default: the built one. */
  registerHost(program?: string | null, registration?: HostRegistration): void;
  /** Replaces the managed policy, and waits until the extension, where it is installed, has noticed. */
  setPolicy(policy: StagePolicy): Promise<void>;
  /** Ends the extension's background, as Chromium itself may at any time. */
  stopBackground(): Promise<void>;
  /** Sets the time in milliseconds that the extension's windows wait for the user, until the background ends. */
  hastenWindows(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** The folder in a profile that takes the place of `/`. */
export const computerOf = (userDataDir: string): string => path.join(userDataDir, 'computer');

export interface RunningChromium {
  readonly browser: Browser;
  readonly userDataDir: string;
  /** Null where the browser keeps the policies of its user's administrator. */
  readonly policy: ManagedPolicy | null;
  /** The id of the extension that the policy made it install. */
  readonly installedByPolicy?: string | undefined;
  /** Default: asks the browser. One that is connected by an address does not answer that. */
  readonly hasExtension?: boolean;
  readonly close: () => Promise<void>;
}

/** Adds the methods of a stage to a running Chromium. */
export function stageBrowser(running: RunningChromium): StageBrowser {
  const { browser, userDataDir, policy } = running;
  return {
    browser,
    userDataDir,
    waitForExtensionWindow: (page) => waitForExtensionWindow(browser, page),
    ownPage: async (name) => {
      const page = patiently(await browser.newPage());
      await page.goto(`chrome-extension://${CHROMIUM_EXTENSION_ID}/pages/${name}.html`);
      return page;
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

/** Waits until the extension, where it is installed, has noticed its policy. */
export async function followPolicy(
  { browser, installedByPolicy, hasExtension }: Pick<RunningChromium, 'browser' | 'installedByPolicy' | 'hasExtension'>,
  { extension = {} }: StagePolicy,
): Promise<void> {
  const isInstalled = hasExtension ?? (installedByPolicy !== undefined || (await browser.extensions()).size > 0);
  if (isInstalled) await policyArrives(browser, extension, installedByPolicy);
}

/** Waits until a window of the extension is open whose address contains `page` as a file or folder name, and shows something. */
export async function waitForExtensionWindow(browser: Browser, page: string): Promise<Page> {
  const isIt = (address: string): boolean => {
    const { protocol, pathname } = new URL(address);
    return protocol === 'chrome-extension:' && pathname.split(/[/.]/).includes(page);
  };
  const opens = browser.waitForTarget((one) => (one.type() as string) === 'page' && isIt(one.url()), {
    timeout: PATIENCE_MS,
  });
  const target = await sayingWhatIsShown(browser, opens);
  const opened = await target.page();
  if (opened === null) throw new Error(`The extension's window "${page}" was closed before it could be looked at.`);
  const window = patiently(opened);
  // A window has its address before its document, and shows nothing until its content is loaded.
  const isShown = (address: string): boolean =>
    location.href === address && document.querySelector('body:not([hidden])') !== null;
  await waitIn(window, isShown, target.url());
  await window.setViewport(WINDOW_VIEWPORT);
  return window;
}
