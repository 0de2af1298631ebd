import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import {
  CHROMIUM,
  chromiumArguments,
  loadPuppeteer,
  NO_UPDATES,
  removeProfileFolder,
  VIEWPORT,
  withOwnFolders,
} from '../browser.js';
import { HOST_PROGRAM, registerHost } from '../host-registration.js';
import { ManagedPolicy } from '../managed-policy.js';
import { onProcessEnd } from '../process-end.js';
import { computerOf, type StageBrowser, stageBrowser } from '../stage-browser.js';
import { TiedProcess } from '../tied-process.js';

/**
 * Chromium's engine without windows, extensions and the focus of windows. Where it is missing, Chromium itself does as well. Debian's command for it is
 * a shell, which a signal would end alone.
 */
const HEADLESS_SHELL = '/usr/lib/chromium/chromium-headless-shell';

/** The address and the profile of a running Chromium. Another process needs both to use this Chromium. */
export const chromiumPlace = v.strictObject({ endpoint: v.string(), userDataDir: v.string() });
export type ChromiumPlace = v.InferOutput<typeof chromiumPlace>;

/** A Chromium that other processes use. This process only starts and ends the browser. */
export interface SharedChromium {
  readonly place: ChromiumPlace;
  stop(): Promise<void>;
}

/**
 * Starts a Chromium to which other processes connect. Like a Chromium of `launchBrowser`, it has its own managed policy and native hosts. Without
 * extensions it is Chromium's headless shell, which takes about half of the processor time for a page.
 *
 * @param extensionDirs folders of the unpacked extensions that Chromium loads
 */
export async function startSharedChromium(
  extensionDirs: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<SharedChromium> {
  const userDataDir = mkdtempSync(path.join(tmpdir(), 'cardwright-browser-'));
  const removeProfile = (): void => removeProfileFolder(userDataDir);
  const forget = onProcessEnd(removeProfile);
  const computer = computerOf(userDataDir);
  registerHost({ userDataDir, computer }, HOST_PROGRAM);
  new ManagedPolicy(computer).set({});
  const puppeteer = await loadPuppeteer();
  const args = puppeteer
    .defaultArgs({
      headless: true,
      userDataDir,
      args: [...chromiumArguments(extensionDirs), '--remote-debugging-port=0'],
    })
    .filter((argument) => extensionDirs.length === 0 || argument !== '--disable-extensions');
  const program = extensionDirs.length === 0 && existsSync(HEADLESS_SHELL) ? HEADLESS_SHELL : CHROMIUM;
  const chromium = await TiedProcess.start(program, [...args, NO_UPDATES], { env: withOwnFolders(env, userDataDir) });
  const stop = async (): Promise<void> => {
    await chromium.stop();
    removeProfile();
    forget();
  };
  try {
    const [, endpoint = ''] = await chromium.line(/^DevTools listening on (ws:\S+)$/);
    return { place: { endpoint, userDataDir }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Connects to a Chromium of another process, and empties its managed policy. `close()` of the returned browser only disconnects. */
export async function connectChromium({ endpoint, userDataDir }: ChromiumPlace): Promise<StageBrowser> {
  const puppeteer = await loadPuppeteer();
  const browser = await puppeteer.connect({ browserWSEndpoint: endpoint, defaultViewport: VIEWPORT });
  const close = async (): Promise<void> => {
    connections.delete(close);
    await browser.disconnect();
  };
  connections.add(close);
  const policy = new ManagedPolicy(computerOf(userDataDir));
  return stageBrowser({ browser, userDataDir, policy, hasExtension: true, close });
}

const connections = new Set<() => Promise<void>>();

/**
 * Ends every connection. tests/environment.mjs calls this after each file of tests, because new pages of a Chromium wait for each connected debugger,
 * even for a debugger that no longer answers.
 */
async function disconnectAll(): Promise<void> {
  for (const close of connections) await close();
}
Reflect.set(globalThis, Symbol.for('cardwright.disconnect'), disconnectAll);
