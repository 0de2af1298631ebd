import { describeError, type ErrorCode, type Method } from '@cardwright/protocol';
import {
  EXTENSION_DIR,
  inRepository,
  openStage,
  VIRTUAL_VENDOR,
  type InsertedCard,
  type Stage,
  type StageOptions,
} from '@cardwright/stage';
import { HOST_VARIABLE, SOCKET_VARIABLE, type Verdict } from './interposition.js';
import { PortalAnswers } from './portal-answers.js';
import { sampleError } from './sample-details.js';
import { refusal, Switchboard } from './switchboard.js';

const INTERPOSER = inRepository('simulator', 'dist', 'interposer.js');
const HOST = inRepository('native-host', 'dist', 'bundle', 'main.js');
const OF_ANOTHER_EXTENSION = { allowedOrigins: [`chrome-extension://${'a'.repeat(32)}/`] };
const EXTENSION_ID = new RegExp('^chrome-extension://([a-p]{32})/');
const READERS = 2;

/** Cards that can be inserted: profiles of the virtual card. */
export const CARDS = ['yubikey', 'yubikey-4.3.7', 'yubikey-5.8', 'piv', 'no-piv'] as const;
export type CardName = (typeof CARDS)[number];

export const isCardName = (name: string): name is CardName => CARDS.some((one) => one === name);

/** The current state, for display. */
export interface Standing {
  readonly card: CardName | null;
  readonly failure: string | null;
}

/**
 * A computer with virtual readers and cards, a browser with the extension, and failures that are staged by name. Everything is real but the
 * card. Failures that cannot be produced are answered in place of the host or the portal.
 */
export class Simulator {
  #card: { readonly name: CardName; readonly inserted: InsertedCard } | null = null;
  #failure: string | null = null;
  #hasExtension = true;
  readonly #portalAnswers: PortalAnswers;

  private constructor(
    readonly stage: Stage,
    private readonly switchboard: Switchboard,
  ) {
    this.#portalAnswers = new PortalAnswers(stage.browser.browser);
  }

  /** @param options as for a stage; the reference portal trusts the virtual cards' vendor */
  static async open({ portal = {}, browser = {} }: Pick<StageOptions, 'portal' | 'browser'>): Promise<Simulator> {
    const switchboard = await Switchboard.open();
    const env = { [SOCKET_VARIABLE]: switchboard.path, [HOST_VARIABLE]: HOST };
    const stage = await openStage({
      readers: READERS,
      portal: portal === false ? false : { vendorCertificates: VIRTUAL_VENDOR, ...portal },
      browser: browser === false ? false : { ...browser, env: { ...env, ...browser.env }, hostProgram: INTERPOSER },
    });
    return new Simulator(stage, switchboard);
  }

  get standing(): Standing {
    return { card: this.#card?.name ?? null, failure: this.#failure };
  }

  /** Inserts another card in place of the current one. */
  async insert(name: CardName, args: readonly string[] = []): Promise<void> {
    await this.pull();
    if (this.stage.pcscd.readers.length === 0) await this.restartService(READERS);
    this.#card = { name, inserted: await this.stage.insert({ profile: name, args }) };
  }

  async pull(): Promise<void> {
    const card = this.#card;
    this.#card = null;
    await card?.inserted.pull();
  }

  /** Ends the current failure and stages this one. */
  async fail(name: string, stage: (simulator: Simulator) => Promise<void>): Promise<void> {
    await this.restore();
    await stage(this);
    this.#failure = name;
  }

  /**
   * Makes the host answer a command with any error of the catalogue. An error of the CMS is answered in place of the portal.
   *
   * @param method default: where such an error usually occurs
   */
  async error(code: ErrorCode, method?: Method): Promise<void> {
    await this.restore();
    if (method === undefined && describeError(code).layer === 'cms') await this.answerOfPortal(code);
    else await this.interfere(method ?? usualMethod(code), () => Promise.resolve(refusal(sampleError(code))));
    this.#failure = `error ${code}`;
  }

  /**
   * Pulls the card when the CMS's step of this number, counted from 1, reaches the host.
   *
   * @param number an issuance has five steps for the host
   */
  async pullAtStep(number: number): Promise<void> {
    await this.restore();
    this.switchboard.set({
      method: 'step.run',
      nth: number,
      act: async () => {
        await this.pull();
        return { act: 'pass' };
      },
    });
    this.#failure = `pull-at-step ${number}`;
  }

  /** Ends all failures, and removes a card that was inserted for one. */
  async restore(): Promise<void> {
    const staged = this.#failure;
    this.switchboard.set(null);
    await this.#portalAnswers.set(null);
    if (staged === null) return;
    this.#failure = null;
    await this.withHost('ours');
    if (!this.#hasExtension) await this.stage.browser.installExtension(EXTENSION_DIR);
    this.#hasExtension = true;
    await this.pull();
    if (this.stage.pcscd.readers.length === 0) await this.restartService(READERS);
  }

  /** Decides about each request of one method to the host. */
  interfere(method: Method, act: () => Promise<Verdict>): Promise<void> {
    this.switchboard.set({ method, nth: null, act });
    return Promise.resolve();
  }

  answerOfPortal(code: ErrorCode, details?: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#portalAnswers.set(code, details);
  }

  /** Registers a host from the next session on: ours, one that admits another extension, or none. */
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

  async stopService(): Promise<void> {
    await this.pull();
    await this.stage.pcscd.end();
  }

  async restartService(readers: number): Promise<void> {
    await this.pull();
    await this.stage.pcscd.restart({ readers });
  }

  async close(): Promise<string[]> {
    const left = await this.stage.close();
    await this.switchboard.close();
    return left;
  }
}

/** The command at which an error of a layer usually occurs first. */
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
