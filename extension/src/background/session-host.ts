import { CardwrightError, commands, type Method, type Params, type Result } from '@cardwright/protocol';
import { HOST_STARTS_LATE } from '@cardwright/protocol/limits';
import type { Notification, ProtocolRange, Request } from '@cardwright/protocol/messages';
import type { GrantClass } from '@cardwright/protocol/settings';
import { commonRange, composeAnswer, initializeHost, type InitializedHost } from './handshake.js';
import { readHostAnswer } from './host-answer.js';
import { HostPort, type HostRequestOptions } from './host-port.js';
import { readTerms, requireUnchanged, requireVersions } from './session-terms.js';
import type { Asker, SiteAccess } from './site-access.js';
import type { SessionFacts } from './trace-record.js';
import type { Trace } from './trace.js';
import { HOST_HOPS } from './traced-message.js';

/** An initialised host, with its port, its site, and the classes granted to the site. */
export interface OpenHost extends InitializedHost {
  readonly site: Asker;
  readonly port: HostPort;
  /** Protocol versions that the page's sdk speaks. */
  readonly page: ProtocolRange;
  /** Classes of commands that the site may send now. */
  readonly granted: readonly GrantClass[];
}

/** Receives what the host of a session sends, and is told when the host ends. */
export interface SessionHostClient {
  /**
   * Answers a request that the host sends for the user.
   *
   * @param signal is aborted when the host cancels the request
   * @param command is aborted like `CommandUnderWay.ended`
   */
  answer(request: Request, host: OpenHost, signal: AbortSignal, command: AbortSignal): Promise<object>;
  /** Receives a notification of the host, such as `device.changed`. */
  notice(notification: Notification): void;
  /** Called when the host has ended by itself while the session was open. */
  ended(error: CardwrightError): void;
  /** Called when the site may no longer use the host. The session must then end. */
  withdrawn(reason: unknown): Promise<void>;
}

/**
 * The native host of one page session. `initialize` starts the host for a granted site. The session can use the host while grant and policy
 * allow this. After each change of grant or policy, `checkGrant` reads both again.
 */
export class SessionHost {
  #port: HostPort | null = null;
  #opened: OpenHost | null = null;

  constructor(
    private readonly session: SessionFacts,
    private readonly access: SiteAccess,
    private readonly trace: Trace,
    private readonly client: SessionHostClient,
  ) {}

  /** True if the host is being started, or is open. */
  get isStarted(): boolean {
    return this.#port !== null;
  }

  /**
   * Returns the open host.
   *
   * @throws CardwrightError `NOT_INITIALIZED` if no host is open
   */
  get opened(): OpenHost {
    if (!this.#opened) throw new CardwrightError('NOT_INITIALIZED');
    return this.#opened;
  }

  /**
   * Starts the host and initialises it. After `HOST_STARTS_LATE`, tells the page that this takes longer: the host is still starting, or the policy of
   * a new extension has not arrived.
   *
   * @returns the answer for the page
   * @throws CardwrightError `CANCELLED`, or an error that the table lists for `initialize`; the page may then try again
   */
  async initialize(
    site: Asker,
    params: Params<'initialize'>,
    options: HostRequestOptions,
  ): Promise<Result<'initialize'>> {
    const late = setTimeout(() => options.onProgress?.({ kind: 'waiting' }), HOST_STARTS_LATE);
    try {
      return await this.#initialize(site, params, options);
    } finally {
      clearTimeout(late);
    }
  }

  async #initialize(
    site: Asker,
    params: Params<'initialize'>,
    options: HostRequestOptions,
  ): Promise<Result<'initialize'>> {
    this.#requireNone();
    await this.access.granted(site);
    commonRange(params.protocol);
    requireVersions((await readTerms(site.origin)).minimum, null, params.protocol);
    // From here to the start of the host nothing is awaited: a host that was started after the page had gone would never be ended.
    if (options.signal.aborted) throw new CardwrightError('CANCELLED');
    // A second `initialize` may have arrived while this call was waiting.
    this.#requireNone();
    const port = this.#start();
    this.#port = port;
    try {
      const initialized = await initializeHost(port, params, site.origin, options);
      const agreed = { site, port, page: params.protocol, ...initialized };
      // The grant is read again at the end: while the host was starting, the user may have withdrawn it, or policy may have changed.
      const granted = await this.#allowedNow(agreed);
      port.requireRunning();
      this.#opened = { ...agreed, granted };
      // Until this assignment, `checkGrant` ignored every change, so the grant is checked once more.
      void this.checkGrant();
      return composeAnswer(params, initialized.facts, granted);
    } catch (error) {
      this.#port = null;
      port.close();
      throw error;
    }
  }

  /**
   * Reads the site's grant again. Calls the client's `withdrawn` if the site has lost its grant, because the user revoked the grant or
   * policy changed; if the policy under which the host was opened has changed, or now demands newer versions; or if policy cannot be read.
   */
  async checkGrant(): Promise<void> {
    if (this.#opened === null) return;
    try {
      this.grant(await this.#allowedNow(this.#opened));
    } catch (reason) {
      // If policy cannot be read, it may forbid anything, so this ends the session, too. Until the session has ended, no new command may
      // start.
      this.grant([]);
      await this.client.withdrawn(reason);
    }
  }

  /** Changes the grant of an open host. */
  grant(granted: readonly GrantClass[]): void {
    if (this.#opened) this.#opened = { ...this.#opened, granted };
  }

  /** True if the host is open and the site may send commands of the class. */
  grants(one: GrantClass): boolean {
    return this.#opened?.granted.includes(one) === true;
  }

  /**
   * Lets the open host run a command.
   *
   * @throws CardwrightError `NOT_INITIALIZED`, `HOST_ANSWER_INVALID`, or the error that the host answers
   */
  async run<M extends Method>(method: M, params: Params<M>, options: HostRequestOptions): Promise<Result<M>> {
    const answer = await this.opened.port.request(method, params, options);
    return readHostAnswer<(typeof commands)[M]['result']>(commands[method].result, answer, method);
  }

  /** Tells the host whether to report its APDUs. */
  tellApdus(apdus: boolean): void {
    this.#port?.notify('$/setTrace', { apdus });
  }

  close(): void {
    this.#port?.close();
  }

  /**
   * Reads the site's grant under the current policy, and checks that this policy still allows the open host.
   *
   * @throws CardwrightError `SITE_NOT_GRANTED`, `VERSION_MISMATCH`, `POLICY_CHANGED`
   */
  async #allowedNow({ site, terms, facts, page }: Omit<OpenHost, 'granted'>): Promise<readonly GrantClass[]> {
    const { terms: now, minimum } = await readTerms(site.origin);
    // Read last, so that a site which is blocked in the same change is told that.
    const granted = await this.access.granted(site);
    requireVersions(minimum, facts.host, page);
    requireUnchanged(terms, now);
    return granted;
  }

  /**
   * Checks that the session has no host.
   *
   * @throws CardwrightError `ALREADY_INITIALIZED`
   */
  #requireNone(): void {
    if (this.#port) throw new CardwrightError('ALREADY_INITIALIZED');
  }

  #start(): HostPort {
    const { session, trace, client } = this;
    const port = HostPort.open({
      answer: async (request, signal, command) => client.answer(request, this.opened, signal, command),
      notice: (notification) => client.notice(notification),
      ended: (error) => {
        // Until the session is open, `initialize` reports the error itself, and the page may try again.
        if (this.#opened) client.ended(error);
      },
      observe: (direction, message, request, method) =>
        trace.recorder?.message(session, message, { hop: HOST_HOPS[direction], request, method }),
      observeApdu: (exchange, request) => {
        // APDUs that a host reports without being asked are ignored.
        if (trace.tellsApdus) trace.recorder?.apdu(session, exchange, request);
      },
    });
    if (trace.tellsApdus) port.notify('$/setTrace', { apdus: true });
    return port;
  }
}
