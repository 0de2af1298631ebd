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
import { validate } from '@cardwright/protocol';
import { publicJwk } from '@cardwright/protocol/schemas';
import { seal, type SealContext } from '@cardwright/protocol/sealing';
import { signDisplay, type DisplayPayload } from '@cardwright/protocol/steps';
import type { CryptoKey } from 'jose';
import type { Page } from 'puppeteer-core';
import { emptyPage } from './empty-page.js';
import { startFakePortal, type FakePortal } from './fake-portal.js';
import { grantSite } from './granted-site.js';
import { openSharedStage } from './workplace/shared-computer.js';
import { FakeHost, type HostFault, type PasskeyOrders } from './host-fault.js';
import { permitting, type Permitted } from './permitted-extension.js';
import { type Heard, WireSession, type WireAnswer } from './wire-page.js';

/** A global of the fake portal's page. */
declare const sessions: readonly { readonly heard: readonly Heard[] }[];

/** The fake host's only device. */
export const DEVICE = 'serial:12345678';

export const EXTENSION = inRepository('extension', 'dist', 'chromium');

type OwnWindow = 'consent' | 'secret' | 'reader' | 'display' | 'confirm' | 'bundle' | 'passkey';

/** Seconds for which a display of the fake portal can be shown. */
const DISPLAY_SECONDS = 60;

/** Deviations of a display from one by a CMS. */
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
  /** Permissions that the user has granted beyond the required ones. */
  readonly permitted?: Permitted;
}

/** Copies the extension with its English texts replaced by another language's: Debian's Chromium has no translations itself. */
function speaking(language: 'de', copy: string): string {
  cpSync(EXTENSION, copy, { recursive: true });
  cpSync(path.join(copy, '_locales', language), path.join(copy, '_locales', 'en'), { recursive: true });
  return copy;
}

/** Returns whether a process runs. A host that has ended may stay a zombie (state Z) until Chromium reaps it. */
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

/** Returns the codes of all errors that the sessions of a page have received. */
const refusalsIn = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    typeof sessions === 'undefined'
      ? []
      : sessions.flatMap(({ heard }) => heard.flatMap(({ error }) => (error ? [error.data.name] : []))),
  );

/** Closes a page, unless it has just closed itself. */
async function closePage(page: Page): Promise<void> {
  await page.close().catch((error: unknown) => {
    if (!(error instanceof Error && error.message.includes('No target with given id'))) throw error;
  });
}

const isOwn = (page: Page): boolean => page.url().startsWith('chrome-extension:');

/** Presses a key that closes the window, possibly before the browser reports its release. */
export async function pressToClose(window: Page, key: 'Enter' | 'Escape'): Promise<void> {
  const closed = new Promise((resolve) => window.once('close', resolve));
  await window.keyboard.down(key).catch((error: unknown) => {
    // This error may arrive before the page itself knows that it is closed.
    if (!(error instanceof Error) || error.name !== 'TargetCloseError') throw error;
  });
  await closed;
}

/** A Chromium with the extension, a fake host and a fake portal. The Chromium is the worker's unless a test needs its own. */
export class ExtensionStage {
  readonly #origins = new Set<string>();

  private constructor(
    readonly chromium: StageBrowser,
    /** The own browser, or the user's part of the shared one. */
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
    // A policy at the start needs a Chromium that is started with it.
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

  /** Gives hosts a fault from the next start on; without one they work. */
  spoilHost(fault?: HostFault): void {
    this.host.register(this.chromium, fault);
  }

  /** Sets how the host creates passkeys from the next one on; by default as ordered. */
  orderPasskeys(orders: PasskeyOrders): void {
    this.host.orderPasskeys(orders);
  }

  /** Starts over with a site of another, unknown origin, which avoids a restart of Chromium. */
  async startOver(): Promise<void> {
    const pages = await this.chromium.browser.pages();
    const blank = await emptyPage(this.chromium.browser);
    // The extension's windows come first, because they close with their page.
    for (const page of pages.toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a))))
      if (page !== blank) await closePage(page);
    await blank.bringToFront();
    await this.portal.close();
    this.portal = await this.#unknownPortal();
    await this.everyHostEnds();
    rmSync(this.host.log, { force: true });
    this.spoilHost();
    this.orderPasskeys({});
  }

  /** Starts a site with an unknown origin. Ports can repeat, so known origins are skipped. */
  async #unknownPortal(): Promise<FakePortal> {
    for (;;) {
      this.#origins.add(this.portal.origin);
      const portal = await startFakePortal();
      if (!this.#origins.has(portal.origin)) return portal;
      await portal.close();
    }
  }

  /** Opens a new page of the portal in front. */
  async page(address = '/'): Promise<Page> {
    const page = patiently(await this.chromium.browser.newPage());
    await page.goto(this.portal.origin + address);
    return page;
  }

  /** Opens a page of the extension, as the user does from the toolbar. */
  ownPage(name: 'popup' | 'options' | 'troubleshooting' | 'bundle'): Promise<Page> {
    return this.chromium.ownPage(name);
  }

  /** Waits for a window of the extension in front of the user, with its content. */
  async window(name: OwnWindow): Promise<Page> {
    const window = await this.chromium.waitForExtensionWindow(name).catch(async (cause: unknown) => {
      const pages = await this.chromium.browser.pages();
      const codes = (await Promise.all(pages.map(refusalsIn))).flat();
      throw new Error(`No window. The sites' pages heard of ${codes.join(', ') || 'no error'}.`, { cause });
    });
    await window.bringToFront();
    return window;
  }

  /** Counts the open windows of the extension. */
  openWindows(): number {
    return this.chromium.browser.targets().filter((target) => target.url().includes('/pages/')).length;
  }

  /** Opens an initialised session of a site that the user allowed earlier. */
  async granted(classes: readonly string[] = ['read', 'use', 'manage']): Promise<WireSession> {
    const session = await WireSession.open(await this.page());
    await this.grant(classes);
    return initialized(session);
  }

  /** Grants the site access, as if the user had allowed it earlier. */
  grant(classes: readonly string[]): Promise<void> {
    return grantSite(this.chromium.browser, this.portal.origin, classes);
  }

  /** Opens an initialised session of a site that policy allows. */
  async opened(): Promise<WireSession> {
    return initialized(await WireSession.open(await this.page()));
  }

  /** Requests access, and allows it as the user does. */
  async allow(session: WireSession, classes: readonly string[]): Promise<void> {
    const answer = session.call('access.request', { classes });
    const consent = await this.window('consent');
    await pressButton(consent, '#allow');
    await answer;
  }

  /** Shows a secret in a window, as a CMS does. */
  async showSecret(session: WireSession, secret: string): Promise<WireAnswer> {
    return session.call('secret.display', { jws: await this.signForDisplay(session, secret) });
  }

  /** Seals a secret to a new one-time key and signs for it, as a CMS does, optionally with deviations. */
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

  /** Reads what the extension remembers of sites. */
  async remembered(): Promise<unknown> {
    return (await backgroundOf(this.chromium.browser)).evaluate('chrome.storage.local.get()');
  }

  /** Reads what the hosts of this stage have recorded so far. */
  hostNotes(): HostNote[] {
    if (!existsSync(this.host.log)) return [];
    // The text after the last line break is still being written.
    const lines = readFileSync(this.host.log, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as HostNote);
  }

  /** Returns the parameters of the messages of one method that hosts received. */
  received(method: string): Record<string, unknown>[] {
    return this.hostNotes().flatMap(({ received }) => (received?.method === method ? [received.params ?? {}] : []));
  }

  /** Kills the latest host, as a crash does. */
  killHost(): void {
    const pid = this.hostNotes().findLast(({ started }) => started !== undefined)?.started;
    if (pid === undefined) throw new Error('no host was started');
    process.kill(pid, 'SIGKILL');
  }

  /** Returns the methods of the requests that hosts received, in order. */
  methodsReceived(): string[] {
    return this.hostNotes().flatMap(({ received }) => received?.method ?? []);
  }

  /** Waits until so many hosts have ended. */
  async hostsEnded(count: number): Promise<void> {
    await until(() => this.#countEnded() >= count, { what: `the end of ${count} hosts` });
  }

  /** Counts ended hosts, including killed ones, which could not record their end. */
  #countEnded(): number {
    const notes = this.hostNotes();
    const ended = new Set(notes.flatMap((note) => note.ended ?? []));
    return notes.filter(({ started }) => started !== undefined && (ended.has(started) || !isRunning(started))).length;
  }

  /** Waits until every started host has ended. */
  async everyHostEnds(): Promise<void> {
    await this.hostsEnded(this.hostNotes().filter(({ started }) => started !== undefined).length);
  }

  async close(): Promise<void> {
    await this.computer.close();
    await this.portal.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
