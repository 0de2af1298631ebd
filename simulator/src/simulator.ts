import { describeError, type ErrorCode, type Method } from '@cardwright/protocol';
import {
  type Account,
  EXTENSION_DIR,
  inRepository,
  openStage,
  type Stage,
  type StageOptions,
  VIRTUAL_VENDOR,
} from '@cardwright/stage';
import { CardReaders, type NamedCard } from './card-readers.js';
import { HOST_VARIABLE, SOCKET_VARIABLE, type Verdict } from './interposition.js';
import { Person } from './person.js';
import { PortalAnswers } from './portal-answers.js';
import { sampleError } from './sample-details.js';
import { refusal, Switchboard } from './switchboard.js';

const INTERPOSER = inRepository('simulator', 'dist', 'interposer.js');
const HOST = inRepository('native-host', 'dist', 'bundle', 'main.js');
const OF_ANOTHER_EXTENSION = { allowedOrigins: [`chrome-extension://${'a'.repeat(32)}/`] };
const EXTENSION_ID = new RegExp('^chrome-extension://([a-p]{32})/');

/** The simulator's current state, for display. */
export interface Standing {
  /** The card in the reader. Null if no card is in a reader, for whatever reason. */
  readonly card: NamedCard | null;
  /** All cards that were ever inserted. */
  readonly cards: readonly NamedCard[];
  readonly failure: string | null;
  /** The portal's address, and an account of the reference portal. The account is null if the simulator's options name no account. */
  readonly portal: { readonly url: string; readonly account: Account | null };
  /** The parts that are running. `portal` is null for a portal that the simulator did not start. */
  readonly isRunning: { readonly browser: boolean; readonly service: boolean; readonly portal: boolean | null };
}

export interface SimulatorOptions {
  /** Options of the reference portal, which by default trusts the virtual cards' vendor; or the address of another portal. */
  readonly portal?: StageOptions['portal'] | string;
  readonly browser?: Exclude<StageOptions['browser'], false>;
  /** Milliseconds that orders wait for an element of the page, or for a window. Default: `PATIENCE_MS` of the stage. */
  readonly waitMs?: number;
  /** The account of the reference portal that `standing` shows. Default: no account. */
  readonly account?: Account;
}

/**
 * A computer with virtual readers and cards, a browser with the extension, and failures that are staged by name. Everything is real except the cards
 * and readers. For failures that cannot be produced, the simulator answers in place of the host or the portal.
 */
export class Simulator {
  /** The simulated user of the browser. */
  readonly person: Person;
  readonly readers: CardReaders;
  readonly #portalAnswers = new PortalAnswers();
  readonly #ended = new AbortController();
  #failure: string | null = null;
  #hasExtension = true;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly stage: Stage,
    private readonly switchboard: Switchboard,
    private readonly browserOptions: NonNullable<SimulatorOptions['browser']>,
    private readonly portal: { readonly url: string; readonly account: Account | null; readonly isOurs: boolean },
    waitMs: number | undefined,
  ) {
    this.person = new Person(() => this.stage.browser.browser, waitMs);
    this.readers = new CardReaders(stage);
  }

  static async open({ portal = {}, browser = {}, account, waitMs }: SimulatorOptions): Promise<Simulator> {
    const switchboard = await Switchboard.open();
    const env = { [SOCKET_VARIABLE]: switchboard.path, [HOST_VARIABLE]: HOST };
    const options = { ...browser, env: { ...env, ...browser.env }, hostProgram: INTERPOSER };
    const isOurs = typeof portal === 'object';
    const stage = await openStage({
      portal: isOurs ? { vendorCertificates: VIRTUAL_VENDOR, ...portal } : false,
      browser: options,
    });
    const url = isOurs ? stage.portal.url : String(portal);
    const simulator = new Simulator(stage, switchboard, options, { url, account: account ?? null, isOurs }, waitMs);
    await simulator.#portalAnswers.follow(stage.browser.browser);
    return simulator;
  }

  get standing(): Standing {
    const { url, account, isOurs } = this.portal;
    return {
      card: this.readers.card,
      cards: this.readers.cards,
      failure: this.#failure,
      portal: { url, account },
      isRunning: {
        browser: this.stage.browser.browser.connected,
        service: this.readers.isRunning,
        portal: isOurs ? this.stage.portal.pid !== undefined : null,
      },
    };
  }

  /** Aborts when `end` is called. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  end(): void {
    this.#ended.abort();
  }

  /** Runs a task after all tasks that were given before, by whichever caller. */
  inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(task);
    // The caller of this task gets its error. The next task starts in any case.
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /**
   * Opens a page in the browser. Starts the browser again if it has ended.
   *
   * @param url default: the portal's first page
   */
  async open(url = this.portal.url): Promise<string> {
    if (!this.stage.browser.browser.connected) await this.restore();
    return this.person.open(url);
  }

  /** Ends the current failure, if there is one, and stages a new failure. */
  async fail(name: string, stage: (simulator: Simulator) => Promise<unknown>): Promise<void> {
    await this.restore();
    await stage(this);
    this.#failure = name;
  }

  /**
   * Stages any error of the catalogue: as the portal's answer if the error is one of the CMS and `method` is left out, as the host's answer to a
   * command in all other cases.
   *
   * @param method command that is answered; default: the command at which an error of this layer usually occurs first
   */
  async error(code: ErrorCode, method?: Method): Promise<void> {
    await this.restore();
    if (method === undefined && describeError(code).layer === 'cms') await this.answerOfPortal(code);
    else await this.interfere(method ?? usualMethod(code), () => Promise.resolve(refusal(sampleError(code))));
    this.#failure = `error ${code}`;
  }

  /**
   * Pulls the card, once, when step `number` of the CMS reaches the host. When the card is back, the operation continues.
   *
   * @param number counted from 1; the issuance of a new PIV card has five steps for the host
   */
  async pullAtStep(number: number): Promise<void> {
    await this.restore();
    this.switchboard.set({
      method: 'step.run',
      nth: number,
      act: async () => {
        this.switchboard.set(null);
        this.#failure = null;
        await this.readers.pull();
        return { act: 'pass' };
      },
    });
    this.#failure = `pull-at-step ${number}`;
  }

  /** Ends all failures, and starts or installs again what has ended or is missing. If a failure was staged, the card is pulled. */
  async restore(): Promise<void> {
    const staged = this.#failure;
    this.switchboard.set(null);
    await this.#portalAnswers.set(null);
    if (staged !== null) {
      this.#failure = null;
      await this.readers.pull();
    }
    await this.#revive();
    await this.withHost('ours');
    if (!this.#hasExtension) await this.stage.browser.installExtension(EXTENSION_DIR);
    this.#hasExtension = true;
  }

  /** Lets `act` decide about each request of one method to the host, until the failure is ended. */
  interfere(method: Method, act: () => Promise<Verdict>): Promise<void> {
    this.switchboard.set({ method, nth: null, act });
    return Promise.resolve();
  }

  answerOfPortal(code: ErrorCode, details?: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#portalAnswers.set(code, details);
  }

  /**
   * Registers a host for all later sessions: the interposer (`ours`), the interposer for another extension only (`of-another-extension`), or no host
   * (null).
   */
  withHost(host: 'ours' | 'of-another-extension' | null): Promise<void> {
    if (host === null) this.stage.browser.registerHost(null);
    else this.stage.browser.registerHost(INTERPOSER, host === 'ours' ? {} : OF_ANOTHER_EXTENSION);
    return Promise.resolve();
  }

  async removeExtension(): Promise<void> {
    const { browser } = this.stage.browser;
    const [, id] =
      browser
        .targets()
        .map((target) => EXTENSION_ID.exec(target.url()))
        .find((found) => found !== null) ?? [];
    if (id === undefined) throw new Error('The extension is asleep: open the dialog once, then stage this again.');
    await browser.uninstallExtension(id);
    this.#hasExtension = false;
  }

  async close(): Promise<string[]> {
    const left = await this.stage.close();
    await this.switchboard.close();
    return left;
  }

  /** Starts the smart card service, the reference portal and the browser again if they have ended. */
  async #revive(): Promise<void> {
    await this.readers.revive();
    if (this.portal.isOurs && this.stage.portal.pid === undefined) await this.stage.portal.start();
    if (this.stage.browser.browser.connected) return;
    await this.stage.browser.close();
    const { browser } = await this.stage.launch(this.browserOptions);
    await this.#portalAnswers.follow(browser);
    this.#hasExtension = true;
  }
}

/** Returns the command at which an error of a layer usually occurs first. */
function usualMethod(code: ErrorCode): Method {
  switch (describeError(code).layer) {
    case 'extension':
    case 'host':
    case 'sdk':
      return 'initialize';
    case 'reader':
      return 'device.list';
    case 'device':
    case 'cms':
      return 'device.open';
  }
}
