import {
  CardwrightError,
  MAX_MESSAGE_LENGTH,
  asCardwrightError,
  cancelParams,
  commands,
  deviceListing,
  isCardwrightError,
  isMethod,
  isNotification,
  isPageMethod,
  isRequest,
  validate,
  type Message,
  type Method,
  type Notification,
  type Params,
  type Progress,
  type Request,
  type RequestId,
  type sessionEnded,
} from '@cardwright/protocol';
import * as v from 'valibot';
import type { Runtime } from '../browser.js';
import { bridgeMessage } from '../bridge-message.js';
import type { GrantClass } from '../grant-class.js';
import type { BundleOffers } from './bundle-offers.js';
import { DisplayWindow } from './display-window.js';
import { commonRange, composeAnswer, initializeHost, type InitializedHost } from './handshake.js';
import { HostPort } from './host-port.js';
import { logDefect } from './log.js';
import type { OwnWindows } from './own-windows.js';
import { idOf, readPageMessage } from './page-message.js';
import { askUser } from './secret-window.js';
import type { AccessQuestion, Asker, SiteAccess } from './site-access.js';
import type { Trace } from './trace.js';

/** What all sessions share. */
export interface SharedParts {
  readonly access: SiteAccess;
  readonly offers: BundleOffers;
  readonly windows: OwnWindows;
  readonly trace: Trace;
}

/** Requests of one page that may be under way at once. */
const MAX_RUNNING = 32;

/** The host of an initialised session. */
interface Opened extends InitializedHost {
  readonly host: HostPort;
  granted: readonly GrantClass[];
}

/**
 * One page session: one port to the page and, once the site is granted, one host process; each ends with the other.
 * Whatever the page sends is validated here against the table and the grant before the host hears of it.
 */
export class PageSession {
  readonly #id = crypto.randomUUID();
  readonly #running = new Map<RequestId, { controller: AbortController; done: Promise<void> }>();
  readonly #display: DisplayWindow;
  #host: HostPort | null = null;
  #opened: Opened | null = null;
  #closed = false;

  constructor(
    private readonly port: Runtime.Port,
    /** Who asks, as the browser tells it; null when that is not a page that may use Cardwright. */
    private readonly page: Asker | null,
    private readonly shared: SharedParts,
    private readonly onEnd: () => void,
  ) {
    this.#display = new DisplayWindow(page ?? { origin: '', tabId: -1 }, shared.windows);
    port.onMessage.addListener((value) => this.#receive(value));
    port.onDisconnect.addListener(() => this.#close());
  }

  /** Ends the session when its site has lost its grant: the user took it back, or policy changed. */
  async checkGrant(): Promise<void> {
    const opened = this.#opened;
    if (opened === null || this.page === null) return;
    try {
      opened.granted = await this.shared.access.granted(this.page);
    } catch (error) {
      if (!isCardwrightError(error, 'SITE_NOT_GRANTED')) throw error;
      this.end(error);
    }
  }

  /** Ends the session from our side. The page hears why, as the last word; the bridge then closes its port. */
  end(error: CardwrightError): void {
    if (this.#closed) return;
    const ended: v.InferOutput<typeof sessionEnded> = { error: error.toWire() };
    this.#notify('session.ended', ended);
    this.port.disconnect();
    this.#close();
  }

  #receive(value: unknown): void {
    const passed = v.safeParse(bridgeMessage, value);
    const message = passed.success ? readPageMessage(passed.output.message) : null;
    if (!passed.success || message === null) {
      this.#refuse(passed.success ? idOf(passed.output.message) : null);
      return;
    }
    this.#trace({ from: 'page', to: 'extension' }, message);
    if (isRequest(message)) {
      this.#start(message, passed.output.isActive);
    } else if (isNotification(message) && message.method === '$/cancelRequest') {
      const cancel = v.safeParse(cancelParams, message.params);
      if (cancel.success) this.#running.get(cancel.output.id)?.controller.abort();
    }
  }

  #start(request: Request, isActive: boolean): void {
    const { id, method } = request;
    if (this.#running.has(id) || this.#running.size >= MAX_RUNNING) {
      this.#refuse(id, method);
      return;
    }
    const controller = new AbortController();
    // The answer must not come before the request stands among those that are under way.
    const done = Promise.resolve()
      .then(() => this.#serve(request, isActive, controller.signal))
      .finally(() => this.#running.delete(id));
    this.#running.set(id, { controller, done });
  }

  /** The answer to what is none of the protocol. It names no id that another request is still known by. */
  #refuse(id: RequestId | null, method?: string): void {
    const error = new CardwrightError('INVALID_MESSAGE').toWire();
    this.#send({ jsonrpc: '2.0', id: id !== null && this.#running.has(id) ? null : id, error }, method);
  }

  async #serve(request: Request, isActive: boolean, signal: AbortSignal): Promise<void> {
    const { id, method } = request;
    try {
      const answer: Message = { jsonrpc: '2.0', id, result: await this.#answer(request, isActive, signal) };
      if (JSON.stringify(answer).length > MAX_MESSAGE_LENGTH) throw new Error(`the result of ${method} is too large`);
      this.#send(answer, method);
    } catch (thrown) {
      this.#send({ jsonrpc: '2.0', id, error: asCardwrightError(thrown, logDefect).toWire() }, method);
    }
  }

  #answer({ id, method, params = {} }: Request, isActive: boolean, signal: AbortSignal): Promise<object> {
    if (this.page === null) throw new CardwrightError('INSECURE_CONTEXT');
    if (method === 'initialize') return this.#initialize(this.page, validate(commands[method].params, params), signal);
    if (method === 'access.request') {
      return this.#requestAccess(this.page, { ...validate(commands[method].params, params), isActive }, signal);
    }
    if (method === 'diagnostics.offerBundle') {
      validate(commands[method].params, params);
      return this.shared.offers.offer(this.page, isActive).then(() => ({}));
    }
    if (!this.#opened) throw new CardwrightError('NOT_INITIALIZED');
    if (!isMethod(method)) throw new CardwrightError('METHOD_NOT_FOUND');
    if (!isPageMethod(method)) throw new CardwrightError('STEP_REQUIRED');
    requireGrant(method, this.#opened.granted);
    if (method === 'secret.prepareDisplay') {
      validate(commands[method].params, params);
      return this.#display.prepare();
    }
    if (method === 'secret.display') {
      return this.#display.show(validate(commands[method].params, params), this.#opened.cms, signal);
    }
    return this.#forward(this.#opened.host, id, method, validate(commands[method].params, params), signal);
  }

  async #initialize(page: Asker, params: Params<'initialize'>, signal: AbortSignal): Promise<object> {
    if (this.#host) throw new CardwrightError('ALREADY_INITIALIZED');
    await this.shared.access.granted(page);
    // The page may have gone meanwhile: then there is nobody who would end a host.
    if (signal.aborted) throw new CardwrightError('CANCELLED');
    commonRange(params.protocol);
    // A second one may have come while this one waited.
    if (this.#isStarted()) throw new CardwrightError('ALREADY_INITIALIZED');
    const host = this.#openHost(page);
    this.#host = host;
    try {
      const initialized = await initializeHost(host, params, page.origin, signal);
      // Read at the end: the user may have taken it back while the host was starting.
      const granted = await this.shared.access.granted(page);
      host.requireRunning();
      this.#opened = { host, ...initialized, granted };
      return composeAnswer(params, initialized.facts, granted);
    } catch (error) {
      this.#host = null;
      host.close();
      throw error;
    }
  }

  #isStarted(): boolean {
    return this.#host !== null;
  }

  async #requestAccess(page: Asker, question: AccessQuestion, signal: AbortSignal): Promise<object> {
    const granted = await this.shared.access.request(page, question, signal);
    if (this.#opened) this.#opened.granted = granted;
    return { granted };
  }

  async #forward(host: HostPort, id: RequestId, method: Method, params: object, signal: AbortSignal): Promise<object> {
    const onProgress = (progress: Progress) => this.#notify('$/progress', { ...progress, id });
    const result = await host.request(method, params, { signal, onProgress });
    try {
      const valid: object = validate<v.GenericSchema<object>>(commands[method].result, result);
      return valid;
    } catch (cause) {
      // The page did nothing wrong: it is the host that does not keep to the table.
      throw new Error(`the host's result of ${method} is not what the table says`, { cause });
    }
  }

  #openHost({ origin, tabId }: Asker): HostPort {
    return HostPort.open({
      answer: (request, signal) => {
        if (!this.#opened) throw new CardwrightError('NOT_INITIALIZED');
        const hostKey = this.#opened.facts.session.key;
        return askUser(request, { origin, tabId, hostKey }, this.shared.windows, signal);
      },
      notice: (notification) => this.#relay(notification),
      ended: (error) => {
        // While it was not open yet, `initialize` tells why and may be tried again.
        if (this.#opened) void this.#endAfterAnswers(error);
      },
      observe: (direction, message, method) => {
        this.#trace(
          direction === 'toHost' ? { from: 'extension', to: 'host' } : { from: 'host', to: 'extension' },
          message,
          method,
        );
      },
    });
  }

  /** The events that a page may see. */
  #relay({ method, params }: Notification): void {
    if (method !== 'device.changed') return;
    const listing = v.safeParse(deviceListing, params);
    if (listing.success && this.#opened?.granted.includes('read') === true) this.#notify(method, listing.output);
  }

  #notify(method: string, params: object): void {
    this.#send({ jsonrpc: '2.0', method, params: { ...params } });
  }

  #send(message: Message, method?: string): void {
    if (this.#closed) return;
    this.#trace({ from: 'extension', to: 'page' }, message, method);
    this.port.postMessage(message);
  }

  #trace(hop: Parameters<Trace['add']>[1], message: Message, method?: string): void {
    this.shared.trace.add({ id: this.#id, origin: this.page?.origin ?? '' }, hop, message, method);
  }

  /** Requests under way are answered first: what the host was asked, it was asked by them. */
  async #endAfterAnswers(error: CardwrightError): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    this.end(error);
  }

  /** The port is gone, by whichever side: so go the host and what is under way. */
  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { controller } of this.#running.values()) controller.abort();
    this.#host?.close();
    this.onEnd();
  }
}

/** @throws CardwrightError `PERMISSION_DENIED` when the command's class was not granted */
function requireGrant(method: Method, granted: readonly GrantClass[]): void {
  const { permission } = commands[method];
  if (permission !== 'none' && !granted.includes(permission))
    throw new CardwrightError('PERMISSION_DENIED', { permission });
}
