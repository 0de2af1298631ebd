import { CardwrightError, commands, type Method, type Params, type Result } from '@cardwright/protocol';
import type { Notification, ProtocolRange, Request } from '@cardwright/protocol/messages';
import type { GrantClass } from '../grant-class.js';
import { commonRange, composeAnswer, initializeHost, type InitializedHost } from './handshake.js';
import { readHostAnswer } from './host-answer.js';
import { HostPort, type HostRequestOptions } from './host-port.js';
import { readTerms, requireUnchanged, requireVersions } from './session-terms.js';
import type { Asker, SiteAccess } from './site-access.js';
import type { SessionFacts } from './trace-record.js';
import type { Trace } from './trace.js';
import { HOST_HOPS } from './traced-message.js';

/** A host that has agreed with the extension, and the site for which it did. */
export interface OpenHost extends InitializedHost {
  readonly site: Asker;
  readonly port: HostPort;
  /** Versions of the protocol that the page speaks. */
  readonly page: ProtocolRange;
  /** Classes of commands that the site may send now. */
  readonly granted: readonly GrantClass[];
}

/** The session that uses a host. */
export interface SessionHostClient {
  /**
   * Answers a request of the host for its user.
   *
   * @param signal aborts when the host cancels it
   * @param command aborts when the command for which the host asks has ended
   */
  answer(request: Request, host: OpenHost, signal: AbortSignal, command: AbortSignal): Promise<object>;
  /** Takes an event, such as `device.changed`. */
  notice(notification: Notification): void;
  /** The host of the open session has ended. */
  ended(error: CardwrightError): void;
  /** The site may not use the host any more, and the session must end. */
  withdrawn(reason: unknown): Promise<void>;
}

/**
 * The native host of one page session. It is started once its site is granted, and usable while grant and policy allow it. After each
 * change of either, `checkGrant` reads both again.
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

  /** @throws CardwrightError `NOT_INITIALIZED` */
  get opened(): OpenHost {
    if (!this.#opened) throw new CardwrightError('NOT_INITIALIZED');
    return this.#opened;
  }

  /**
   * Starts the host and agrees with it.
   *
   * @returns the page's answer
   * @throws CardwrightError as `initialize` lists; the page may then try again
   */
  async initialize(
    site: Asker,
    params: Params<'initialize'>,
    options: HostRequestOptions,
  ): Promise<Result<'initialize'>> {
    this.#requireNone();
    await this.access.granted(site);
    commonRange(params.protocol);
    requireVersions((await readTerms(site.origin)).minimum, null, params.protocol);
    // Nothing is awaited from here until the host is started. If the page is gone by now, nothing would end a host.
    if (options.signal.aborted) throw new CardwrightError('CANCELLED');
    // A second request may have come while this one waited.
    this.#requireNone();
    const port = this.#start();
    this.#port = port;
    try {
      const initialized = await initializeHost(port, params, site.origin, options);
      const agreed = { site, port, page: params.protocol, ...initialized };
      // Read again at the end: while the host was starting, the user may have withdrawn the grant, and policy may have changed.
      const granted = await this.#allowedNow(agreed);
      port.requireRunning();
      this.#opened = { ...agreed, granted };
      // Nobody reported a change between those two reads.
      void this.checkGrant();
      return composeAnswer(params, initialized.facts, granted);
    } catch (error) {
      this.#port = null;
      port.close();
      throw error;
    }
  }

  /**
   * Reads the site's grant again. The host is withdrawn when the site has lost its grant, because the user revoked it or policy changed,
   * and when the policy under which the host was opened has changed.
   */
  async checkGrant(): Promise<void> {
    if (this.#opened === null) return;
    try {
      this.grant(await this.#allowedNow(this.#opened));
    } catch (reason) {
      // Also if policy cannot be read, because it may forbid anything. No command starts any more while the session ends.
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
   * Has the open host run a command.
   *
   * @throws CardwrightError `NOT_INITIALIZED`, `HOST_ANSWER_INVALID`, or as the host answers
   */
  async run<M extends Method>(method: M, params: Params<M>, options: HostRequestOptions): Promise<Result<M>> {
    const answer = await this.opened.port.request(method, params, options);
    return readHostAnswer<(typeof commands)[M]['result']>(commands[method].result, answer, method);
  }

  /** Has the host report its APDUs, or stop reporting them. */
  tellApdus(apdus: boolean): void {
    this.#port?.notify('$/setTrace', { apdus });
  }

  close(): void {
    this.#port?.close();
  }

  /**
   * Reads the site's grant under the policy in force. The host may have been opened under an earlier policy.
   *
   * @throws CardwrightError `SITE_NOT_GRANTED`, `VERSION_MISMATCH`, `POLICY_CHANGED`
   */
  async #allowedNow({ site, terms, facts, page }: Omit<OpenHost, 'granted'>): Promise<readonly GrantClass[]> {
    const granted = await this.access.granted(site);
    const { terms: now, minimum } = await readTerms(site.origin);
    requireVersions(minimum, facts.host, page);
    requireUnchanged(terms, now);
    return granted;
  }

  /** @throws CardwrightError `ALREADY_INITIALIZED` */
  #requireNone(): void {
    if (this.#port) throw new CardwrightError('ALREADY_INITIALIZED');
  }

  #start(): HostPort {
    const { session, trace, client } = this;
    const port = HostPort.open({
      answer: async (request, signal, command) => client.answer(request, this.opened, signal, command),
      notice: (notification) => client.notice(notification),
      ended: (error) => {
        // Before the session is open, `initialize` reports the error, and the page may try again.
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
