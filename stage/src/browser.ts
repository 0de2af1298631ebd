import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol';
import puppeteer, { type Browser, type Page, TargetType, type Viewport } from 'puppeteer-core';
import { backgroundOf, hastenWindows, policyArrives, stopBackground } from './extension-background.js';
import { HOST_PROGRAM, HOSTS_OF_COMPUTER, type HostRegistration, registerHost } from './host-registration.js';
import { withMachineFolders } from './machine-folders.js';
import { ManagedPolicy, POLICIES, type StagePolicy } from './managed-policy.js';
import { BY_TIME } from './page-search.js';
import { onProcessEnd } from './process-end.js';
import { argumentsFor, type LocalHost } from './relying-party-site.js';

const CHROMIUM = '/usr/bin/chromium';
const VIEWPORT: Viewport = { width: 1280, height: 800 };
/** Chromium takes no size for a pop-up window without a display, so photographs get this one. */
const WINDOW_VIEWPORT: Viewport = { width: 480, height: 640 };

/** With this, Chromium neither updates nor fetches extensions. */
const NO_UPDATES = '--disable-background-networking';
const LOOPBACK_ONLY = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1';

/** How often removing a profile may fail, and the pauses between. */
const REMOVAL_ATTEMPTS = 40;
const REMOVAL_PAUSE_MS = 50;

export interface BrowserOptions {
  /** The unpacked extension; null starts Chromium without it. */
  readonly extensionDir: string | null;
  /** Other unpacked extensions beside it. */
  readonly otherExtensionDirs?: readonly string[];
  /** Chromium passes it on to the native host: PCSCLITE_CSOCK_NAME says whose readers the host sees. */
  readonly env?: NodeJS.ProcessEnv;
  /** The program to start. Default: this computer's Chromium. */
  readonly program?: string;
  /** Without a window on any display. Default true. */
  readonly headless?: boolean;
  /** The profile's folder, kept afterwards. Default: a new one that `close()` removes. */
  readonly userDataDir?: string;
  /** The native host's JavaScript file; null registers none. Default: the built one. */
  readonly hostProgram?: string | null;
  /** How it is registered at the start. */
  readonly hostRegistration?: HostRegistration;
  /** Managed policy at the start; only without a display. */
  readonly policy?: StagePolicy;
  /**
   * The id of an extension that the policy has Chromium fetch and install, in place of `extensionDir`. This Chromium
   * reaches nothing but loopback.
   */
  readonly installedByPolicy?: string;
  /** Hosts that it finds on this computer instead of in the world, such as a `RelyingPartySite`. */
  readonly localHosts?: readonly LocalHost[];
}

/** A Chromium of one's own: its own profile, the extension, and the native host registered for that profile alone. */
export interface StageBrowser {
  readonly browser: Browser;
  readonly userDataDir: string;
  /** Waits for a window of the extension, as the user would: `consent`, `secret`, ... is the page's file or folder. */
  waitForExtensionWindow(page: string, timeout?: number): Promise<Page>;
  /** Opens a page of the extension in a new tab: `options`, `popup`, ... */
  ownPage(page: string): Promise<Page>;
  /** Installs an unpacked extension while pages are open, which do not get it until they are reloaded. */
  installExtension(extensionDir: string): Promise<void>;
  /** Registers another native host, or none (null), for the next start of a host. Default: the built one. */
  registerHost(program?: string | null, registration?: HostRegistration): void;
  /** Replaces the managed policy, and waits until the extension, where it is installed, has noticed. */
  setPolicy(policy: StagePolicy): Promise<void>;
  /** Ends the extension's background, as Chromium itself may at any time. */
  stopBackground(): Promise<void>;
  /** Has the extension's windows wait so many milliseconds for the user, until the background ends. */
  hastenWindows(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** @throws when Chromium is missing or does not start */
export async function launchBrowser(options: BrowserOptions): Promise<StageBrowser> {
  const { extensionDir, otherExtensionDirs = [], env = process.env, headless = true, installedByPolicy } = options;
  const extensions = [...(extensionDir === null ? [] : [extensionDir]), ...otherExtensionDirs].join(',');
  const userDataDir = options.userDataDir ?? mkdtempSync(path.join(tmpdir(), 'cardwright-browser-'));
  const removeProfile = (): void => {
    if (options.userDataDir === undefined) removeFolder(userDataDir);
  };
  const forgetProfile = onProcessEnd(removeProfile);
  const computer = path.join(userDataDir, 'computer');
  const register = (program: string | null = HOST_PROGRAM, registration: HostRegistration = {}): void =>
    registerHost({ userDataDir, computer }, program, registration);
  register(options.hostProgram, options.hostRegistration);
  // A person at the demo keeps what their administrator says.
  const policy = headless ? new ManagedPolicy(computer, installedByPolicy) : null;
  if (options.policy !== undefined) demandPolicy(policy).set(options.policy);
  const browser = await puppeteer.launch({
    executablePath: options.program ?? CHROMIUM,
    headless,
    env: policy === null ? env : withMachineFolders(env, ownFolders(computer)),
    userDataDir,
    // Through a pipe, Chromium ends with this process even if this process is killed.
    pipe: true,
    enableExtensions: true,
    defaultViewport: headless ? VIEWPORT : null,
    // A person at the demo is not told that software controls the browser.
    ignoreDefaultArgs: [
      ...(headless ? [] : ['--enable-automation']),
      ...(installedByPolicy === undefined ? [] : [NO_UPDATES]),
    ],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      ...(extensions === '' ? [] : [`--load-extension=${extensions}`, `--disable-extensions-except=${extensions}`]),
      ...argumentsFor(options.localHosts ?? []),
      '--disable-quic',
      installedByPolicy === undefined ? NO_UPDATES : LOOPBACK_ONLY,
      '--no-default-browser-check',
      ...(headless ? ['--disable-gpu'] : []),
      // Chromium's sandbox does not work for root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
  const forgetBrowser = onProcessEnd(() => killGroup(browser.process()));
  const followsPolicy = async ({ extension = {} }: StagePolicy): Promise<void> => {
    const isInstalled = installedByPolicy !== undefined || (await browser.extensions()).size > 0;
    if (isInstalled) await policyArrives(browser, extension, installedByPolicy);
  };
  // An extension that has just been installed has no policy for a moment.
  if (options.policy?.extension !== undefined) await followsPolicy(options.policy);
  return {
    browser,
    userDataDir,
    waitForExtensionWindow: (page, timeout) => waitForExtensionWindow(browser, page, timeout),
    ownPage: async (name) => {
      const page = await browser.newPage();
      await page.goto(`chrome-extension://${CHROMIUM_EXTENSION_ID}/pages/${name}.html`);
      return page;
    },
    installExtension: async (folder) => {
      await browser.installExtension(folder);
      await backgroundOf(browser);
    },
    registerHost: register,
    setPolicy: async (next) => {
      if (demandPolicy(policy).set(next)) await followsPolicy(next);
    },
    stopBackground: () => stopBackground(browser),
    hastenWindows: (milliseconds) => hastenWindows(browser, milliseconds),
    close: async () => {
      await browser.close();
      forgetBrowser();
      removeProfile();
      forgetProfile();
    },
  };
}

/**
 * Waits until the extension has a window open whose address contains `page` as a file or folder name, and shows something.
 *
 * @param timeout in milliseconds
 */
export async function waitForExtensionWindow(browser: Browser, page: string, timeout = 30_000): Promise<Page> {
  const isIt = (address: string): boolean => {
    const { protocol, pathname } = new URL(address);
    return protocol === 'chrome-extension:' && pathname.split(/[/.]/).includes(page);
  };
  const target = await browser.waitForTarget((one) => one.type() === TargetType.PAGE && isIt(one.url()), { timeout });
  const window = await target.page();
  if (window === null) throw new Error(`The extension's window "${page}" was closed before it could be looked at.`);
  // It has its address before it has its document, and shows nothing until it gets its content.
  const isShown = (address: string): boolean =>
    location.href === address && document.querySelector('body:not([hidden])') !== null;
  await window.waitForFunction(isShown, { ...BY_TIME, timeout }, target.url());
  await window.setViewport(WINDOW_VIEWPORT);
  return window;
}

/** The folders of /etc that a Chromium has for itself, below the one that stands for `/`. */
const ownFolders = (computer: string): Record<string, string> =>
  Object.fromEntries([POLICIES, HOSTS_OF_COMPUTER].map((folder) => [folder, path.join(computer, folder)]));

function demandPolicy(policy: ManagedPolicy | null): ManagedPolicy {
  if (policy === null) throw new Error('Only a browser without a display has a policy of its own.');
  return policy;
}

/** Puppeteer makes Chromium the leader of a process group, to which all of its processes belong. */
function killGroup(leader: ChildProcess | null): void {
  if (leader?.pid !== undefined && leader.exitCode === null && leader.signalCode === null) {
    process.kill(-leader.pid, 'SIGKILL');
  }
}

/** Chromium's processes write to their profile until they are really gone, a moment after they were killed. */
function removeFolder(folder: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (attempt === REMOVAL_ATTEMPTS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, REMOVAL_PAUSE_MS);
    }
  }
}
