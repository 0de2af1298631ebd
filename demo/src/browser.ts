import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { install, installTargets } from '@cardwright/native-host';
import puppeteer, { type Browser, type Page, TargetType, type Viewport } from 'puppeteer-core';
import { onProcessEnd } from './process-end.js';
import { inRepository } from './repository.js';

const CHROMIUM = '/usr/bin/chromium';
const HOST_PROGRAM = inRepository('native-host', 'dist', 'bundle', 'main.js');
const VIEWPORT: Viewport = { width: 1280, height: 800 };
/** Chromium takes no size for a pop-up window without a display, so photographs get this one. */
const WINDOW_VIEWPORT: Viewport = { width: 480, height: 640 };

/** Removing a profile may fail so often, with such pauses between. */
const REMOVAL_ATTEMPTS = 40;
const REMOVAL_PAUSE_MS = 50;

export interface BrowserOptions {
  /** The unpacked extension. */
  readonly extensionDir: string;
  /** Chromium hands it on to the native host: PCSCLITE_CSOCK_NAME says whose readers the host sees. */
  readonly env?: NodeJS.ProcessEnv;
  /** Without a window on any display. Default true. */
  readonly headless?: boolean;
  /** The profile's folder, kept afterwards. Default: a new one that `close()` removes. */
  readonly userDataDir?: string;
  /** The native host's JavaScript file; null registers none. Default: the built one. */
  readonly hostProgram?: string | null;
}

/** A Chromium of one's own: its own profile, the extension, and the native host registered for that profile alone. */
export interface StageBrowser {
  readonly browser: Browser;
  readonly userDataDir: string;
  /** Waits for a window of the extension, as the user would: `consent`, `secret`, ... is the page's file or folder. */
  waitForExtensionWindow(page: string, timeout?: number): Promise<Page>;
  close(): Promise<void>;
}

/** @throws when Chromium is missing or does not start */
export async function launchBrowser(options: BrowserOptions): Promise<StageBrowser> {
  const { extensionDir, env = process.env, headless = true, hostProgram = HOST_PROGRAM } = options;
  const userDataDir = options.userDataDir ?? mkdtempSync(path.join(tmpdir(), 'cardwright-browser-'));
  const removeProfile = (): void => {
    if (options.userDataDir === undefined) removeFolder(userDataDir);
  };
  const forgetProfile = onProcessEnd(removeProfile);
  if (hostProgram !== null) {
    for (const target of installTargets(userDataDir)) install(target, hostProgram);
  }
  const browser = await puppeteer.launch({
    executablePath: CHROMIUM,
    headless,
    env,
    userDataDir,
    // Through a pipe, Chromium ends with this process even if this process is killed.
    pipe: true,
    enableExtensions: true,
    defaultViewport: headless ? VIEWPORT : null,
    // A person at the demo is not told that software controls the browser.
    ignoreDefaultArgs: headless ? [] : ['--enable-automation'],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      `--load-extension=${extensionDir}`,
      `--disable-extensions-except=${extensionDir}`,
      '--disable-quic',
      '--disable-background-networking',
      '--no-default-browser-check',
      ...(headless ? ['--disable-gpu'] : []),
      // Chromium's sandbox does not work for root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
  const forgetBrowser = onProcessEnd(() => killGroup(browser.process()));
  return {
    browser,
    userDataDir,
    waitForExtensionWindow: (page, timeout) => waitForExtensionWindow(browser, page, timeout),
    close: async () => {
      await browser.close();
      forgetBrowser();
      removeProfile();
      forgetProfile();
    },
  };
}

/**
 * Waits until the extension has a window open whose address contains `page` as a file or folder name.
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
  await window.setViewport(WINDOW_VIEWPORT);
  return window;
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
