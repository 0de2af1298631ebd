import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'puppeteer-core';
import { type BrowserOptions, launchBrowser } from './browser.js';
import { type FirefoxOptions, launchFirefox, type StageFirefox } from './firefox/firefox.js';
import { filesLeftIn, processesLeftOf, processesOf, stageMark } from './left-behind.js';
import { patiently } from './patience.js';
import { type PortalOptions, type PortalProcess, startPortal } from './portal-process.js';
import { type PrivatePcscd, startPrivatePcscd } from './private-pcscd.js';
import { onProcessEnd } from './process-end.js';
import type { StageBrowser } from './stage-browser.js';
import { EXTENSION_DIR } from './stage-folders.js';
import { connectChromium } from './shared/chromium.js';
import type { PlaceOf } from './shared/parts.js';
import { sharedPcscd, sharedPortal } from './shared/not-ours-to-end.js';
import { insertCard, type InsertedCard, type VirtualCardOptions } from './virtual-card.js';

export interface StageOptions {
  /** Number of virtual readers of a private pcscd. Null to use the machine's own pcscd and real cards. Default: 2. */
  readonly readers?: number | null;
  /** Options of the portal. False for no portal. */
  readonly portal?: PortalOptions | false;
  /**
   * Options of a Chromium or, with `kind: 'firefox'`, of a Firefox. The `env` in these options is added to the stage's environment. False for no
   * browser.
   */
  readonly browser?: StageBrowserOptions | false;
}

type StageBrowserOptions =
  | (Partial<BrowserOptions> & { readonly kind?: 'chromium' })
  | (FirefoxOptions & { readonly kind: 'firefox' });

export type Insertion = Omit<VirtualCardOptions, 'reader' | 'stateFile' | 'env'> & {
  /** Number of the reader, counted from 0. Default: the first reader without a card. */
  readonly reader?: number;
  /** The state file of a card that was in a reader before. Default: a new card. */
  readonly stateFile?: string;
};

/** Everything that an issuance needs: readers, cards, portal, browser. The cards belong to one stage; the other parts may be shared. */
export class Stage {
  /** Folder of the memory of the stage's cards, and of the temporary files of the stage's own processes. */
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'cardwright-stage-'));
  readonly #removeFolder = (): void => rmSync(this.#folder, { recursive: true, force: true });
  readonly #forget = onProcessEnd(this.#removeFolder);
  /** Folder for the temporary files of the stage's own processes. */
  readonly #temporary = path.join(this.#folder, 'tmp');
  readonly #cards = new Set<InsertedCard>();
  /** Variables that mark the processes of this stage. */
  #mark = stageMark(this.#folder, this.#temporary);
  #shared: PlaceOf<'computer'> | undefined;
  #pcscd: PrivatePcscd | undefined;
  #portal: PortalProcess | undefined;
  #browser: StageBrowser | undefined;
  #firefox: StageFirefox | undefined;
  #cardsMade = 0;

  async open(options: StageOptions): Promise<void> {
    const { readers = 2, portal = {}, browser = {} } = options;
    mkdirSync(this.#temporary);
    if (readers !== null) this.#pcscd = await startPrivatePcscd({ readers });
    if (portal !== false) this.#portal = await startPortal({ ...portal, env: { ...this.#mark, ...portal.env } });
    if (browser !== false) await this.launch(browser);
  }

  /** Uses a shared computer: readers, Chromium and portal (`PLACES.computer`). Other stages may have used the computer before. */
  async join(computer: PlaceOf<'computer'>): Promise<void> {
    this.#shared = computer;
    this.#mark = stageMark(computer.folder, path.join(computer.folder, 'tmp'));
    this.#pcscd = sharedPcscd(computer);
    this.#portal = sharedPortal(computer.portal);
    this.#browser = await connectChromium(computer.browser);
  }

  /**
   * Starts the browser of a stage that was opened without a browser, for example because the browser's policy must contain the portal's origin, which
   * is known only once the portal runs.
   */
  async launch(options: StageBrowserOptions): Promise<StageBrowser> {
    const env = { ...this.env, ...options.env };
    if (options.kind !== 'firefox') {
      return (this.#browser = await launchBrowser({ extensionDir: EXTENSION_DIR, ...options, env }));
    }
    return (this.#browser = this.#firefox = await launchFirefox({ ...options, env }));
  }

  get pcscd(): PrivatePcscd {
    return demand(this.#pcscd, 'private pcscd');
  }

  get portal(): PortalProcess {
    return demand(this.#portal, 'portal');
  }

  get browser(): StageBrowser {
    return demand(this.#browser, 'browser');
  }

  /** The browser as a StageFirefox. Throws if the stage has no Firefox. */
  get firefox(): StageFirefox {
    return demand(this.#firefox, 'Firefox');
  }

  /** The environment in which a process sees the stage's readers, and counts as one of the stage's processes. */
  get env(): NodeJS.ProcessEnv {
    return { ...(this.#pcscd?.env ?? process.env), ...this.#mark };
  }

  /** Returns the process ids of the stage's processes whose command line contains a text. */
  processes(commandLine = ''): number[] {
    return processesOf(this.#shared?.folder ?? this.#folder, commandLine);
  }

  /**
   * Puts a card into a reader.
   *
   * @throws when there is no such reader, when each reader has a card of this stage, or when the card cannot be inserted
   */
  async insert(insertion: Insertion): Promise<InsertedCard> {
    const taken = new Set([...this.#cards].filter((card) => card.isInserted).map((card) => card.reader.name));
    const { readers } = this.pcscd;
    const reader =
      insertion.reader === undefined ? readers.find((one) => !taken.has(one.name)) : readers[insertion.reader];
    if (reader === undefined) throw new Error('There is no such reader without a card.');
    const stateFile = insertion.stateFile ?? path.join(this.#folder, `card-${++this.#cardsMade}.json`);
    const card = await insertCard({ ...insertion, reader, stateFile, env: this.env });
    const inserted: InsertedCard = {
      ...card,
      get isInserted() {
        return card.isInserted;
      },
      pull: async (how) => {
        this.#cards.delete(inserted);
        await card.pull(how);
      },
    };
    this.#cards.add(inserted);
    return inserted;
  }

  /** Opens a page of the portal in a new tab. */
  async page(address = '/'): Promise<Page> {
    const page = patiently(await this.browser.browser.newPage());
    await page.goto(new URL(address, this.portal.url).href);
    return page;
  }

  /** Waits for a window of the extension, such as `consent` or `secret`. */
  extensionWindow(page: string): Promise<Page> {
    return this.browser.waitForExtensionWindow(page);
  }

  /**
   * Closes browser, portal, cards and pcscd, in this order. Shared parts stay open.
   *
   * @returns descriptions of the processes that did not end and of the temporary files that were left behind
   */
  async close(): Promise<string[]> {
    await this.#browser?.close();
    await this.#portal?.stop();
    for (const card of this.#cards) await card.pull({ unseen: true });
    await this.#pcscd?.stop();
    const left = [...(await processesLeftOf(this.#folder)), ...filesLeftIn(this.#temporary)];
    this.#removeFolder();
    this.#forget();
    return left;
  }
}

/**
 * Opens a stage.
 *
 * @throws the first error of a part; the parts that were opened before are closed again
 */
export const openStage = (options: StageOptions = {}): Promise<Stage> => opened((stage) => stage.open(options));

/**
 * Opens a stage that uses a shared computer (`PLACES.computer`).
 *
 * @throws like `openStage`
 */
export const joinStage = (computer: PlaceOf<'computer'>): Promise<Stage> => opened((stage) => stage.join(computer));

async function opened(open: (stage: Stage) => Promise<void>): Promise<Stage> {
  const stage = new Stage();
  try {
    await open(stage);
    return stage;
  } catch (error) {
    await stage.close();
    throw error;
  }
}

function demand<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw new Error(`This stage has no ${name}.`);
  return part;
}
