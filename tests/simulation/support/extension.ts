import { CardwrightError, validate, type UserParams } from '@cardwright/protocol';
import { userRequests, type UserSecret } from '@cardwright/protocol/command-definitions';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import {
  hostInitialized,
  initializeAtHost,
  isNotification,
  isRequest,
  isResponse,
  message as messageSchema,
  sessionIdOf,
  type Message,
  type Request,
} from '@cardwright/protocol/messages';
import type { RegistrationResponse } from '@cardwright/protocol/passkeys';
import type { HostPolicy } from '@cardwright/protocol/policy';
import type { PublicJwk, PublicJwkSet } from '@cardwright/protocol/schemas';
import { seal } from '@cardwright/protocol/sealing';
import { createHostServer, Log, type HostServer } from '@cardwright/native-host/in-process';
import * as v from 'valibot';
import type { PageWindow } from '../../../sdk/src/page-port.js';
import type { MovableClock } from './movable-clock.js';
import type { ReaderAccess } from './reader-board.js';
import { WindowKey } from './window-key.js';

/** Answer instead of a FIDO PIN: the user has forgotten it. */
export const FORGOTTEN = 'forgotten';

/** The user's reactions to the extension's windows. */
export interface User {
  /** Returns the PIN that the user types or chooses for a secret; null closes the window. */
  choosePin(secret: UserSecret, question: UserParams<'user.enterSecrets'>): string | null;
  /** Returns whether the user continues at the reader; default: true. */
  goesToReader?(question: UserParams<'user.useReader'>): boolean;
  /** Returns whether the user confirms the erasure in question. */
  confirms(question: UserParams<'user.confirm'>): boolean;
  /** Returns the FIDO PIN that the user types or chooses, or `FORGOTTEN`; default: as `choosePin`. */
  chooseFidoPin?(question: UserParams<'user.enterSecrets'>, secret: UserSecret): string | null;
  /** Plays the browser while the host has released the device. */
  createPasskey?(order: UserParams<'user.createPasskey'>, temporaryPin: string | null): Promise<RegistrationResponse>;
}

export interface ExtensionOptions {
  /** The readers of its host. */
  readonly board: { process(): ReaderAccess };
  readonly clock: MovableClock;
  readonly origin: string;
  readonly cms: PublicJwkSet;
  readonly user: User;
  /** Receives each line of the host's log and each message on its wire. */
  readonly onTrace: (line: string) => void;
  /** The foreign relying parties that the administrator allows for the site. */
  readonly relyingParties?: readonly string[];
  /** The administrator's policy for the host. */
  readonly policy?: HostPolicy;
  /** Set when the host traces its APDUs. */
  readonly apdus?: boolean;
  /** Names the computer's other programs. */
  readonly cardUsers?: () => readonly string[];
}

const closing = v.strictObject({ cardwright: v.literal('closed') });

/**
 * One page session of the extension: the page's port on one side, a host of its own on the other. It adds to `initialize`
 * what no page may choose, answers the host's questions for the user, and relays everything else as JSON.
 */
export class SimulatedExtension {
  readonly window: PageWindow;
  readonly #options: ExtensionOptions;
  readonly #process: ReaderAccess;
  readonly #closed = new AbortController();
  /** Aborts when the host ends itself. */
  readonly #dead = new AbortController();
  #host: HostServer | undefined;
  #port: MessagePort | undefined;
  /** The id of the page's `initialize` request. */
  #initialize: unknown;
  #hostKey: PublicJwk | undefined;
  readonly #windows = new WindowKey();

  private constructor(options: ExtensionOptions) {
    this.#options = options;
    this.#process = options.board.process();
    this.window = {
      location: { origin: options.origin },
      postMessage: (_hello, _target, [port]) => {
        if (port instanceof MessagePort) this.#take(port);
      },
    };
  }

  /** Starts the host of a session. */
  static async start(options: ExtensionOptions): Promise<SimulatedExtension> {
    const extension = new SimulatedExtension(options);
    extension.#host = await createHostServer({
      loadBinding: () => Promise.resolve(extension.#process.binding),
      send: (message) => extension.#fromHost(message),
      die: () => {
        extension.#dead.abort();
        void extension.kill();
      },
      log: new Log(options.onTrace),
      cardUsers: options.cardUsers,
      clock: options.clock,
    });
    if (options.apdus === true) extension.#toHost({ jsonrpc: '2.0', method: '$/setTrace', params: { apdus: true } });
    return extension;
  }

  /** Closes the page: its host waits for the current APDU, resets the card and ends. */
  async close(): Promise<void> {
    if (this.#isClosed()) return;
    this.#closed.abort();
    this.#port?.close();
    // A card that never answers keeps its host from closing until the host ends itself.
    await Promise.race([this.#host?.close(), aborted(this.#dead.signal)]);
    await this.#process.kill();
  }

  /** Kills the host without warning; the page is notified. */
  async kill(): Promise<void> {
    if (this.#isClosed()) return;
    const error = new CardwrightError('HOST_CRASHED').toWire();
    this.#toPage({ jsonrpc: '2.0', method: 'session.ended', params: { error } });
    this.#port?.postMessage({ cardwright: 'closed' });
    this.#closed.abort();
    await this.#process.kill();
  }

  #isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  #take(port: MessagePort): void {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (v.is(closing, data)) void this.close();
      else void this.#fromPage(validate(messageSchema, data));
    };
    port.postMessage({ cardwright: 'ready' });
  }

  async #fromPage(message: Message): Promise<void> {
    if (!isRequest(message) || message.method !== 'initialize') {
      this.#toHost(message);
      return;
    }
    this.#initialize = message.id;
    const { origin, cms } = this.#options;
    const params = validate(initializeAtHost, {
      ...message.params,
      extension: PRODUCT_VERSION,
      origin,
      cms,
      relyingParties: this.#options.relyingParties ?? [],
      windowKey: await this.#windows.publicKey,
      ...(this.#options.policy && { policy: this.#options.policy }),
    });
    this.#toHost({ ...message, params });
  }

  #fromHost(sent: object): void {
    if (this.#isClosed()) return;
    const text = JSON.stringify(sent);
    this.#options.onTrace(text);
    const message = validate(messageSchema, JSON.parse(text));
    if (isRequest(message)) void this.#answerForUser(message);
    else if (isNotification(message) && message.method === '$/apdu') return;
    else if (isResponse(message) && message.id === this.#initialize && 'result' in message)
      this.#toPage({ ...message, result: this.#composed(message.result) });
    else this.#toPage(message);
  }

  #composed(answer: unknown): object {
    const { protocol, host, capabilities, session } = validate(hostInitialized, answer);
    this.#hostKey = session.key;
    const versions = { sdk: PRODUCT_VERSION, extension: PRODUCT_VERSION, host };
    return { protocol, versions, capabilities, session, granted: ['read', 'use', 'manage'] };
  }

  /** Answers in place of the windows for secrets and confirmations. */
  async #answerForUser({ id, method, params }: Request): Promise<void> {
    try {
      this.#toHost({ jsonrpc: '2.0', id, result: await this.#askUser(method, params) });
    } catch (error) {
      if (!(error instanceof CardwrightError)) throw error;
      this.#toHost({ jsonrpc: '2.0', id, error: error.toWire() });
    }
  }

  async #askUser(method: string, params: unknown): Promise<object> {
    const { user } = this.#options;
    switch (method) {
      case 'user.confirm':
        if (!user.confirms(validate(userRequests[method].params, params))) throw new CardwrightError('USER_CANCELLED');
        return {};
      case 'user.useReader':
        if (user.goesToReader?.(validate(userRequests[method].params, params)) === false)
          throw new CardwrightError('USER_CANCELLED');
        return {};
      case 'user.enterSecrets':
        return this.#enterSecrets(validate(userRequests[method].params, params));
      case 'user.createPasskey':
        return this.#createPasskey(validate(userRequests[method].params, params));
      default:
        throw new CardwrightError('METHOD_NOT_FOUND');
    }
  }

  async #enterSecrets(question: UserParams<'user.enterSecrets'>): Promise<object> {
    const { user, origin } = this.#options;
    const { device, operation, secrets } = question;
    if (!this.#hostKey) throw new CardwrightError('METHOD_NOT_FOUND');
    const session = await sessionIdOf(this.#hostKey);
    const sealed: Record<string, string> = {};
    for (const purpose of secrets) {
      const isOfFido = purpose === 'fidoPin' || purpose === 'newFidoPin';
      const typed =
        isOfFido && user.chooseFidoPin ? user.chooseFidoPin(question, purpose) : user.choosePin(purpose, question);
      if (typed === null) throw new CardwrightError('USER_CANCELLED');
      if (typed === FORGOTTEN) throw new CardwrightError('FIDO_PIN_FORGOTTEN');
      const context = { origin, operation, device: device.id, session, purpose };
      sealed[purpose] = await seal(new TextEncoder().encode(typed), this.#hostKey, context);
    }
    return { sealed };
  }

  async #createPasskey(order: UserParams<'user.createPasskey'>): Promise<object> {
    const { user, origin } = this.#options;
    if (!user.createPasskey || !this.#hostKey) throw new CardwrightError('STEP_REFUSED', { reason: 'content' });
    const { device, operation, temporaryPin } = order;
    const session = await sessionIdOf(this.#hostKey);
    const context = { origin, operation, device: device.id, session, purpose: 'temporaryPin' } as const;
    const pin = temporaryPin === null ? null : await this.#windows.open(temporaryPin, context);
    return { registration: await user.createPasskey(order, pin) };
  }

  #toHost(message: object): void {
    if (this.#isClosed()) return;
    const text = JSON.stringify(message);
    this.#options.onTrace(text);
    this.#host?.receive(JSON.parse(text));
  }

  #toPage(message: object): void {
    if (!this.#isClosed()) this.#port?.postMessage(JSON.parse(JSON.stringify(message)));
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
