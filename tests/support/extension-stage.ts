import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  backgroundOf,
  inRepository,
  launchBrowser,
  pressButton,
  until,
  type LocalHost,
  type StageBrowser,
  type StagePolicy,
  patiently,
} from '@cardwright/stage';
import {
  CHROMIUM_EXTENSION_ID,
  publicJwk,
  seal,
  signDisplay,
  validate,
  type DisplayPayload,
  type SealContext,
} from '@cardwright/protocol';
import type { CryptoKey } from 'jose';
import type { Page } from 'puppeteer-core';
import { startFakePortal, type FakePortal } from './fake-portal.js';
import { grantSite } from './granted-site.js';
import { openSharedStage } from './workplace/shared-computer.js';
import { FakeHost, type HostFault, type PasskeyOrders } from './host-fault.js';
import { permitting, type Permitted } from './permitted-extension.js';
import { type Heard, WireSession, type WireAnswer } from './wire-page.js';

/** Of the fake portal's page. */
declare const sessions: readonly { readonly heard: readonly Heard[] }[];

/** The fake host's only device. */
export const DEVICE = 'serial:12345678';

export const EXTENSION = inRepository('extension', 'dist', 'chromium');

type OwnWindow = 'consent' | 'secret' | 'display' | 'confirm' | 'bundle' | 'passkey';

/** Seconds for which a display of the fake portal can be shown. */
const DISPLAY_SECONDS = 60;

/** What differs in a display from what a CMS makes. */
interface ChangedDisplay {
  readonly sealed?: Partial<SealContext>;
  readonly signed?: Partial<DisplayPayload>;
  readonly signer?: CryptoKey;
}

interface HostNote {
  readonly started?: number;
  readonly ended?: number;
  readonly received?: { readonly method?: string; readonly params?: Record<string, unknown> };
  readonly entered?: Record<string, string>;
  readonly second?: string;
}

export interface ExtensionStageOptions {
  readonly fault?: HostFault;
  readonly language?: 'en' | 'de';
  /** false: Chromium starts without the extension. */
  readonly installed?: boolean;
  readonly otherExtensions?: readonly string[];
  readonly policy?: StagePolicy;
  readonly localHosts?: readonly LocalHost[];
  /** What the user has let the extension do, besides what it asks for. */
  readonly permitted?: Permitted;
}

/** A copy whose English texts are those of another language: Debian's Chromium comes without its own translations. */
function speaking(language: 'de', copy: string): string {
  cpSync(EXTENSION, copy, { recursive: true });
  cpSync(path.join(copy, '_locales', language), path.join(copy, '_locales', 'en'), { recursive: true });
  return copy;
}

/** Whether a process runs. Chromium may leave a host that has ended for long without looking at its end (state Z). */
function isRunning(pid: number): boolean {
  try {
    const [, state] = /^\d+ \(.*\) (\w)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}

async function initialized(session: WireSession): Promise<WireSession> {
  const { error } = await session.initialize();
  if (error) throw new Error(`the session was not opened: ${error.data.name}`);
  return session;
}

/** The codes of all errors that the sessions of a page have heard. */
const refusalsIn = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    typeof sessions === 'undefined'
      ? []
      : sessions.flatMap(({ heard }) => heard.flatMap(({ error }) => (error ? [error.data.name] : []))),
  );

/** Closes a page, unless it has just gone by itself. */
async function closePage(page: Page): Promise<void> {
  await page.close().catch((error: unknown) => {
    if (!(error instanceof Error && error.message.includes('No target with given id'))) throw error;
  });
}

const isOwn = (page: Page): boolean => page.url().startsWith('chrome-extension:');

/** Presses a key that closes the window, possibly before the browser has told that the key was released. */
export async function pressToClose(window: Page, key: 'Enter' | 'Escape'): Promise<void> {
  const closed = new Promise((resolve) => window.once('close', resolve));
  await window.keyboard.down(key).catch((error: unknown) => {
    // Told of before the page itself knows that it is closed.
    if (!(error instanceof Error) || error.name !== 'TargetCloseError') throw error;
  });
  await closed;
}

/** A Chromium with the extension, its worker's unless it has to be another one, a fake host and a fake portal. */
export class ExtensionStage {
  readonly #origins = new Set<string>();

  private constructor(
    readonly chromium: StageBrowser,
    /** The browser, or what it is shared with. */
    private readonly computer: { close(): Promise<unknown> },
    /** The folder of the unpacked extension, as it is installed here. */
    readonly extension: string,
    private readonly folder: string,
    private readonly host: FakeHost,
    public portal: FakePortal,
  ) {}

  static async open(options: ExtensionStageOptions = {}): Promise<ExtensionStage> {
    const { fault, language = 'en', installed = true, otherExtensions = [], policy = {} } = options;
    const { localHosts = [], permitted } = options;
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-extension-'));
    const host = new FakeHost(folder);
    const portal = await startFakePortal();
    const spoken = language === 'en' ? EXTENSION : speaking(language, path.join(folder, 'extension'));
    const extension = permitted ? permitting(permitted, spoken, path.join(folder, 'permitted')) : spoken;
    // A policy at the start is one that this Chromium was started with.
    const isOwn =
      !installed ||
      extension !== EXTENSION ||
      otherExtensions.length > 0 ||
      localHosts.length > 0 ||
      options.policy !== undefined;
    const shared = isOwn ? null : await openSharedStage();
    const chromium =
      shared?.browser ??
      (await launchBrowser({
        extensionDir: installed ? extension : null,
        otherExtensionDirs: otherExtensions,
        policy,
        localHosts,
      }));
    const stage = new ExtensionStage(chromium, shared ?? chromium, extension, folder, host, portal);
    stage.spoilHost(fault);
    return stage;
  }

  /** From the next start of a host on, it has this fault; without one it is sound. */
  spoilHost(fault?: HostFault): void {
    this.host.register(this.chromium, fault);
  }

  /** What the host does from its next passkey on; at first it does as it is told. */
  orderPasskeys(orders: PasskeyOrders): void {
    this.host.orderPasskeys(orders);
  }

  /** Starts over with a site of another origin, which is still unknown; spares a start of Chromium. */
  async startOver(): Promise<void> {
    const pages = await this.chromium.browser.pages();
    const blank = patiently(await this.chromium.browser.newPage());
    // The extension's windows first: they go by themselves when their page does.
    for (const page of pages.toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)))) await closePage(page);
    await blank.bringToFront();
    await this.portal.close();
    this.portal = await this.#unknownPortal();
    await this.everyHostEnds();
    rmSync(this.host.log, { force: true });
    this.spoilHost();
    this.orderPasskeys({});
  }

  /** Ports come again: a site of an origin that the extension has never heard of. */
  async #unknownPortal(): Promise<FakePortal> {
    for (;;) {
      this.#origins.add(this.portal.origin);
      const portal = await startFakePortal();
      if (!this.#origins.has(portal.origin)) return portal;
      await portal.close();
    }
  }

  /** A new page of the portal, in front. */
  async page(address = '/'): Promise<Page> {
    const page = patiently(await this.chromium.browser.newPage());
    await page.goto(this.portal.origin + address);
    return page;
  }

  /** A page of the extension itself, as the user opens it from the toolbar. */
  async ownPage(name: 'popup' | 'options' | 'troubleshooting' | 'bundle'): Promise<Page> {
    const page = patiently(await this.chromium.browser.newPage());
    await page.goto(`chrome-extension://${CHROMIUM_EXTENSION_ID}/pages/${name}.html`);
    return page;
  }

  /** A window of the extension, in front of the user, with its content. */
  async window(name: OwnWindow): Promise<Page> {
    const window = await this.chromium.waitForExtensionWindow(name).catch(async (cause: unknown) => {
      const pages = await this.chromium.browser.pages();
      const codes = (await Promise.all(pages.map(refusalsIn))).flat();
      throw new Error(`No window. The sites' pages heard of ${codes.join(', ') || 'no error'}.`, { cause });
    });
    await window.bringToFront();
    return window;
  }

  /** How many windows of the extension are open. */
  openWindows(): number {
    return this.chromium.browser.targets().filter((target) => target.url().includes('/pages/')).length;
  }

  /** A session whose site the user allowed earlier, initialised. */
  async granted(classes: readonly string[] = ['read', 'use', 'manage']): Promise<WireSession> {
    const session = await WireSession.open(await this.page());
    await this.grant(classes);
    return initialized(session);
  }

  /** The user allowed the site earlier. */
  grant(classes: readonly string[]): Promise<void> {
    return grantSite(this.chromium.browser, this.portal.origin, classes);
  }

  /** A session whose site policy allows, initialised. */
  async opened(): Promise<WireSession> {
    return initialized(await WireSession.open(await this.page()));
  }

  /** Asks for access and allows it as the user does. */
  async allow(session: WireSession, classes: readonly string[]): Promise<void> {
    const answer = session.call('access.request', { classes });
    const consent = await this.window('consent');
    await pressButton(consent, '#allow');
    await answer;
  }

  /** Has a secret shown, as a CMS does. */
  async showSecret(session: WireSession, secret: string): Promise<WireAnswer> {
    return session.call('secret.display', { jws: await this.signForDisplay(session, secret) });
  }

  /** Seals a secret to a new one-time key and signs for it, as a CMS does, or with something changed in either. */
  async signForDisplay(session: WireSession, secret: string, changed: ChangedDisplay = {}): Promise<string> {
    const { result } = await session.call('secret.prepareDisplay');
    const display = String(result?.display);
    const { origin } = this.portal;
    const context = { origin, operation: null, device: DEVICE, session: display, purpose: 'display' } as const;
    const key = validate(publicJwk, result?.key);
    const sealed = await seal(new TextEncoder().encode(secret), key, { ...context, ...changed.sealed });
    const expires = Math.floor(Date.now() / 1000) + DISPLAY_SECONDS;
    const payload = { origin, display, device: DEVICE, label: 'initial-pin', expires, sealed } as const;
    return signDisplay({ ...payload, ...changed.signed }, changed.signer ?? this.portal.signingKey, 'sig');
  }

  /** What the extension remembers of sites. */
  async remembered(): Promise<unknown> {
    return (await backgroundOf(this.chromium.browser)).evaluate('chrome.storage.local.get()');
  }

  /** What the hosts of this stage have noted so far. */
  hostNotes(): HostNote[] {
    if (!existsSync(this.host.log)) return [];
    // What stands behind the last line's end is being written.
    const lines = readFileSync(this.host.log, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as HostNote);
  }

  /** Parameters of the messages that hosts received of one method. */
  received(method: string): Record<string, unknown>[] {
    return this.hostNotes().flatMap(({ received }) => (received?.method === method ? [received.params ?? {}] : []));
  }

  /** Kills the host that was started last, as a crash would end it. */
  killHost(): void {
    const pid = this.hostNotes().findLast(({ started }) => started !== undefined)?.started;
    if (pid === undefined) throw new Error('no host was started');
    process.kill(pid, 'SIGKILL');
  }

  /** Methods of the requests that hosts received, in their order. */
  methodsReceived(): string[] {
    return this.hostNotes().flatMap(({ received }) => received?.method ?? []);
  }

  /** Waits until as many hosts have ended. */
  async hostsEnded(count: number): Promise<void> {
    await until(() => this.#countEnded() >= count, { what: `the end of ${count} hosts` });
  }

  /** One that was killed has not noted its end. */
  #countEnded(): number {
    const notes = this.hostNotes();
    const ended = new Set(notes.flatMap((note) => note.ended ?? []));
    return notes.filter(({ started }) => started !== undefined && (ended.has(started) || !isRunning(started))).length;
  }

  /** Waits until no host runs that was started. */
  async everyHostEnds(): Promise<void> {
    await this.hostsEnded(this.hostNotes().filter(({ started }) => started !== undefined).length);
  }

  async close(): Promise<void> {
    await this.computer.close();
    await this.portal.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
