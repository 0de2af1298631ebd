import { FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import { loadPuppeteer } from '../browser.js';
import type { StageBrowser } from '../stage-browser.js';
import { HOST_PROGRAM } from '../host-registration.js';
import { onProcessEnd } from '../process-end.js';
import { inRepository } from '../repository.js';
import { Bidi } from './bidi.js';
import { FirefoxHome } from './firefox-home.js';
import { FirefoxUser } from './firefox-user.js';
import { openFirefoxPage, waitForFirefoxWindow } from './firefox-windows.js';

const FIREFOX = '/usr/bin/firefox-esr';
const VIEWPORT = { width: 1280, height: 800 };

/** Folder of the extension that is built for Firefox. */
export const FIREFOX_EXTENSION_DIR = inRepository('extension', 'dist', 'firefox');

/** The extension's UUID on a stage, set by a preference. Without this preference, Firefox gives every installed extension a random UUID. */
const UUID = '6b1f2a8c-5a4b-4c3d-9e2f-1a2b3c4d5e6f';

export interface FirefoxOptions {
  /** Folder or archive of the extension. Null to start Firefox without it. Default: the built extension. */
  readonly extensionDir?: string | null;
  /**
   * Environment of Firefox, and so of the native host. The variable PCSCLITE_CSOCK_NAME selects the readers that the host sees. Default: the
   * environment of this process.
   */
  readonly env?: NodeJS.ProcessEnv;
  /** The browser's program. Default: this computer's Firefox ESR. */
  readonly program?: string;
  /** The profile's folder, which `close()` keeps. Default: a folder in the home folder, which `close()` removes. */
  readonly userDataDir?: string;
  /** The native host's JavaScript file. Null to register no host. Default: the built host. */
  readonly hostProgram?: string | null;
  /** The administrator's policies: the `policies` of `policies.json`. */
  readonly policies?: object;
  /** Further preferences of the profile, as in `about:config`. */
  readonly preferences?: Readonly<Record<string, string | number | boolean>>;
}

/** A separate Firefox: its own home folder with profile, hosts and policies, and the extension. */
export interface StageFirefox extends StageBrowser {
  readonly home: FirefoxHome;
  readonly user: FirefoxUser;
  /**
   * Runs a script in the browser itself, with the browser's rights.
   *
   * @param script a JavaScript expression
   */
  inBrowser(script: string): Promise<unknown>;
}

/**
 * Starts a Firefox for the stage.
 *
 * @throws when Firefox is missing or does not start
 */
export async function launchFirefox(options: FirefoxOptions = {}): Promise<StageFirefox> {
  const { extensionDir = FIREFOX_EXTENSION_DIR, env = process.env, hostProgram = HOST_PROGRAM } = options;
  const home = new FirefoxHome(options.program ?? FIREFOX, options.userDataDir);
  const forgetHome = onProcessEnd(() => home.remove());
  home.registerHost(hostProgram);
  home.setPolicies(options.policies ?? {});
  const puppeteer = await loadPuppeteer();
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: home.tiedProgram(),
    headless: true,
    env: home.addTo(env),
    userDataDir: home.profile,
    defaultViewport: VIEWPORT,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    // Without this argument, a driver may not inspect the pages of an extension.
    args: ['-remote-allow-system-access'],
    extraPrefsFirefox: {
      'extensions.webextensions.uuids': JSON.stringify({ [FIREFOX_EXTENSION_ID]: UUID }),
      // Animations would cost the processor time.
      'ui.prefersReducedMotion': 1,
      ...options.preferences,
    },
  });
  const forgetBrowser = onProcessEnd(() => browser.process()?.kill('SIGKILL'));
  const bidi = new Bidi(browser);
  if (extensionDir !== null) await browser.installExtension(extensionDir);
  return {
    browser,
    home,
    user: new FirefoxUser(browser, bidi),
    userDataDir: home.profile,
    waitForExtensionWindow: (page) => waitForFirefoxWindow(browser, bidi, page),
    installExtension: async (folder) => {
      await browser.installExtension(folder);
    },
    registerHost: (program = HOST_PROGRAM, registration) => home.registerHost(program, registration),
    ownPage: (page) => openFirefoxPage(browser, `moz-extension://${UUID}/pages/${page}.html`),
    setPolicy: () => Promise.reject(new Error('Firefox reads its policies only when it starts.')),
    stopBackground: () => stopBackground(bidi),
    hastenWindows: () => Promise.reject(new Error('The background of Firefox is out of the driver’s reach.')),
    inBrowser: (script) => bidi.inBrowser(script),
    close: async () => {
      await browser.close();
      forgetBrowser();
      home.remove();
      forgetHome();
    },
  };
}

/** Ends the extension's event page, as Firefox does when the page is idle. Firefox itself does so only while no port to a host is open. */
async function stopBackground(bidi: Bidi): Promise<void> {
  const extension = `WebExtensionPolicy.getByID(${JSON.stringify(FIREFOX_EXTENSION_ID)}).extension`;
  await bidi.inBrowser(`${extension}.terminateBackground({ disableResetIdleForTest: true })`);
}
