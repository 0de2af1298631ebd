import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PuppeteerNode, Viewport } from 'puppeteer-core';
import { HOST_PROGRAM, HOSTS_OF_COMPUTER, type HostRegistration, registerHost } from './host-registration.js';
import { withMachineFolders } from './machine-folders.js';
import { ManagedPolicy, POLICIES, type StagePolicy } from './managed-policy.js';
import { onProcessEnd } from './process-end.js';
import { argumentsFor, type LocalHost } from './relying-party-site.js';
import { computerOf, followPolicy, type StageBrowser, stageBrowser } from './stage-browser.js';

export const CHROMIUM = '/usr/bin/chromium';
export const VIEWPORT: Viewport = { width: 1280, height: 800 };

/** Argument that keeps Chromium from updating and from fetching extensions. */
export const NO_UPDATES = '--disable-background-networking';
const LOOPBACK_ONLY = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1';

/** Number of attempts to remove a profile's folder. `REMOVAL_PAUSE_MS` is the pause between two attempts. */
const REMOVAL_ATTEMPTS = 40;
const REMOVAL_PAUSE_MS = 50;

export interface BrowserOptions {
  /** Folder of the unpacked extension. Null to start Chromium without it. */
  readonly extensionDir: string | null;
  /** Further unpacked extensions. */
  readonly otherExtensionDirs?: readonly string[];
  /**
   * Environment of Chromium, and so of the native host. The variable PCSCLITE_CSOCK_NAME selects the readers that the host sees. Default: the
   * environment of this process.
   */
  readonly env?: NodeJS.ProcessEnv;
  /** The browser's program. Default: this computer's Chromium. */
  readonly program?: string;
  /** True to start the browser without a window on any display. Default: true. */
  readonly headless?: boolean;
  /** The profile's folder, which `close()` keeps. Default: a new folder, which `close()` removes. */
  readonly userDataDir?: string;
  /** The native host's JavaScript file. Null to register no host. Default: the built host. */
  readonly hostProgram?: string | null;
  /** Options of the native host's registration at the start of the browser. */
  readonly hostRegistration?: HostRegistration;
  /** Managed policy when the browser starts. Only for a headless browser. */
  readonly policy?: StagePolicy;
  /**
   * The id of an extension that Chromium fetches and installs because of `policy`, which then also sets this extension's `storage.managed`.
   * Requires that `extensionDir` is null. With this option, Chromium reaches only loopback addresses.
   */
  readonly installedByPolicy?: string;
  /** Hosts that the browser resolves to this computer, such as a `RelyingPartySite`. */
  readonly localHosts?: readonly LocalHost[];
}

type Puppeteer = Pick<PuppeteerNode, 'connect' | 'defaultArgs' | 'launch'>;

/** Loads Puppeteer. Called only when a browser is needed, because Puppeteer has more modules to load than the rest of the stage. */
export const loadPuppeteer = async (): Promise<Puppeteer> => (await import('puppeteer-core')).default;

/**
 * Starts a Chromium for the stage.
 *
 * @throws when Chromium is missing or does not start, when a browser with a window gets a policy, or when the policy does not arrive in time
 */
export async function launchBrowser(options: BrowserOptions): Promise<StageBrowser> {
  const { extensionDir, otherExtensionDirs = [], env = process.env, headless = true, installedByPolicy } = options;
  const extensions = [...(extensionDir === null ? [] : [extensionDir]), ...otherExtensionDirs];
  const userDataDir = options.userDataDir ?? mkdtempSync(path.join(tmpdir(), 'cardwright-browser-'));
  const removeProfile = (): void => {
    if (options.userDataDir === undefined) removeProfileFolder(userDataDir);
  };
  const forgetProfile = onProcessEnd(removeProfile);
  const computer = computerOf(userDataDir);
  const { hostProgram = HOST_PROGRAM, hostRegistration = {} } = options;
  registerHost({ userDataDir, computer }, hostProgram, hostRegistration);
  // A browser with a window keeps the policies that this computer's administrator has set.
  const policy = headless ? new ManagedPolicy(computer, installedByPolicy) : null;
  if (options.policy !== undefined) {
    if (policy === null) throw new Error('Only a browser without a display has a policy of its own.');
    policy.set(options.policy);
  }
  const puppeteer = await loadPuppeteer();
  const browser = await puppeteer.launch({
    executablePath: options.program ?? CHROMIUM,
    headless,
    env: policy === null ? env : withOwnFolders(env, userDataDir),
    userDataDir,
    // Through a pipe, Chromium ends with this process even if this process is killed.
    pipe: true,
    enableExtensions: true,
    defaultViewport: headless ? VIEWPORT : null,
    // Without `--enable-automation`, a browser with a window shows no notice that software controls the browser.
    ignoreDefaultArgs: [
      ...(headless ? [] : ['--enable-automation']),
      ...(installedByPolicy === undefined ? [] : [NO_UPDATES]),
    ],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      ...chromiumArguments(extensions, { headless }),
      ...argumentsFor(options.localHosts ?? []),
      installedByPolicy === undefined ? NO_UPDATES : LOOPBACK_ONLY,
    ],
  });
  const forgetBrowser = onProcessEnd(() => killGroup(browser.process()));
  // Waits for the policy. Chromium provides `storage.managed` some seconds after its start, and until then the extension answers no page.
  if (policy !== null && (options.policy?.extension !== undefined || installedByPolicy === undefined)) {
    await followPolicy({ browser, installedByPolicy }, options.policy ?? {});
  }
  const close = async (): Promise<void> => {
    await browser.close();
    forgetBrowser();
    removeProfile();
    forgetProfile();
  };
  return stageBrowser({ browser, userDataDir, policy, installedByPolicy, close });
}

/**
 * Features that are disabled in a Chromium without a display, because only a user needs them: Chromium's own pages behind the address bar, which cost
 * as much in each window as the page that the window shows, and a process that is kept ready for the next site.
 */
const UNSEEN_FEATURES = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'PreloadTopChromeWebUI',
  'WebUIReloadButton',
  'InitialWebUI',
  'SpareRendererForSitePerProcess',
];

/** Arguments of a Chromium without a display: no graphics processor, and no animations, which would be drawn sixty times a second. */
const UNSEEN = ['--disable-gpu', '--force-prefers-reduced-motion'];

/** Returns the arguments that every Chromium on a stage has. */
export function chromiumArguments(extensionDirs: readonly string[], { headless = true } = {}): string[] {
  const extensions = extensionDirs.join(',');
  return [
    ...(extensions === '' ? [] : [`--load-extension=${extensions}`, `--disable-extensions-except=${extensions}`]),
    '--disable-quic',
    '--no-default-browser-check',
    ...(headless ? [...UNSEEN, `--disable-features=${UNSEEN_FEATURES.join(',')}`] : []),
    // Chromium's sandbox does not work for root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

/** Returns an environment in which Chromium uses folders below `computerOf(userDataDir)` instead of folders in /etc. */
export function withOwnFolders(env: NodeJS.ProcessEnv, userDataDir: string): NodeJS.ProcessEnv {
  const own = (folder: string): string => path.join(computerOf(userDataDir), folder);
  return withMachineFolders(env, Object.fromEntries([POLICIES, HOSTS_OF_COMPUTER].map((name) => [name, own(name)])));
}

/** Kills all processes of a Chromium. Puppeteer makes the browser the leader of a process group, which contains all these processes. */
function killGroup(leader: ChildProcess | null): void {
  if (leader?.pid !== undefined && leader.exitCode === null && leader.signalCode === null) {
    process.kill(-leader.pid, 'SIGKILL');
  }
}

/** Removes a profile's folder. Tries for 2 s, because Chromium's processes write to the folder until a moment after they were killed. */
export function removeProfileFolder(folder: string): void {
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
