import {
  CardwrightError,
  MAX_RUNNING_REQUESTS,
  asCardwrightError,
  commands,
  deviceListing,
  isMethod,
  isPageMethod,
  validate,
  type Method,
  type Notification,
  type Params,
  type Progress,
  type ProtocolRange,
  type Request,
  type RequestId,
  type WireError,
  type sessionEnded,
} from '@cardwright/protocol';
import * as v from 'valibot';
import type { Runtime } from '../browser.js';
import { requireGrant, type GrantClass } from '../grant-class.js';
import type { BundleOffers } from './bundle-offers.js';
import { DisplayWindow } from './display-window.js';
import { errorForPage } from './error-for-page.js';
import { commonRange, composeAnswer, initializeHost, type InitializedHost } from './handshake.js';
import { readHostAnswer } from './host-answer.js';
import { HostPort } from './host-port.js';
import { requireRunnable } from './inspector-run.js';
import { logDefect } from './log.js';
import { outcomeOf, type Outcome } from './outcome.js';
import type { OwnWindows, WindowOwner } from './own-windows.js';
import { PagePort } from './page-port.js';
import { PageCredential } from './passkeys/page-credential.js';
import { StepsUnderWay } from './passkeys/steps-under-way.js';
import type { Site } from './remembered-answers.js';
import { RunningRequests } from './running-requests.js';
import { askUser } from './secret-window.js';
import type { RecentFailures } from './recent-failures.js';
import { readTerms, requireUnchanged, requireVersions } from './session-terms.js';
import type { AccessQuestion, Asker, SiteAccess } from './site-access.js';
import { preciseTime } from './precise-time.js';
import type { Recorder, SessionFacts } from './trace-record.js';
import type { Trace } from './trace.js';
import { HOST_HOPS, INSPECTOR_HOPS, tracedId } from './traced-message.js';

/** What all sessions share. */
export interface SharedParts {
  readonly access: SiteAccess;
  readonly offers: BundleOffers;
  readonly windows: OwnWindows;
  readonly trace: Trace;
  readonly failures: RecentFailures;
}

/** No tab of a browser has this id. */
const NO_TAB = -1;

/** The host of an initialised session. */
interface Opened extends InitializedHost {
  readonly host: HostPort;
  /** Versions of the protocol that the page speaks. */
  readonly page: ProtocolRange;
  granted: readonly GrantClass[];
}

/** Who sent a request, and how. */
interface Asked {
  readonly isActive: boolean;
  readonly signal: AbortSignal;
  /** What it is called in the trace. */
  readonly name: string;
  /** Whether the page asked; else it was an inspector. */
  readonly isPage: boolean;
}

/**
 * One page session: one port to the page and, once the site is granted, one host process; each ends with the other.
 * Everything that the page sends is validated here against the table and the grant before it reaches the host.
 */
export class PageSession implements SessionFacts {
  readonly id = crypto.randomUUID();
  readonly started = preciseTime();
  readonly origin: string;
  readonly #running = new RunningRequests();
  /** What an inspector runs: apart from the page's, which can neither cancel it nor hear of it. */
  readonly #runs = new Set<AbortController>();
  #lastRun = 0;
  /** Who asked for the listing, after which the host tells its changes: a page that did not hears of none. */
  readonly #listedBy = { page: false, inspector: false };
  readonly #port: PagePort;
  readonly #owner: WindowOwner;
  readonly #display: DisplayWindow;
  readonly #steps = new StepsUnderWay();
  readonly #pageCredential: PageCredential;
  #host: HostPort | null = null;
  #opened: Opened | null = null;

  constructor(
    port: Runtime.Port,
    /** Who asks, as the browser reports it; null when that is not a page that may use Cardwright. */
    private readonly page: Asker | null,
    private readonly shared: SharedParts,
    private readonly onEnd: () => void,
  ) {
    this.origin = page?.origin ?? '';
    shared.trace.sessionStarted(this);
    this.#owner = { tabId: page?.tabId ?? NO_TAB, session: this.id };
    this.#display = new DisplayWindow(this.origin, this.#owner, shared.windows);
    this.#port = new PagePort(port, this, shared.trace, {
      request: (request, isActive) => this.#start(request, isActive),
      cancel: (id) => this.#running.cancel(id),
      created: (value) => this.#pageCredential.created(value),
      unreadable: (id) => this.#refuse(id),
      closed: () => this.#closed(),
    });
    this.#pageCredential = new PageCredential((order) => this.#port.order(order));
  }

  /** The page's site; null where it may not use Cardwright. */
  get site(): Site | null {
    return this.page;
  }

  /**
   * Takes over what the site may do now. Ends the session when its site has lost its grant, because the user revoked it or policy changed,
   * and when something changed of the policy under which it was opened.
   */
  async checkGrant(): Promise<void> {
    const opened = this.#opened;
    if (opened === null || this.page === null) return;
    try {
      opened.granted = await this.#allowedNow(this.page, opened);
    } catch (thrown) {
      // Also where policy cannot be read: then nobody knows what it forbids. Until the page has heard it, nothing more is begun.
      opened.granted = [];
      this.#end(await errorForPage(asCardwrightError(thrown, logDefect).toWire(), this.page, this.shared.access));
    }
  }

  /**
   * What the site may do under the policy in force, in a session that was opened under this one or under an earlier.
   *
   * @throws CardwrightError `SITE_NOT_GRANTED`, `VERSION_MISMATCH`, `POLICY_CHANGED`
   */
  async #allowedNow(site: Asker, { terms, facts, page }: Omit<Opened, 'granted'>): Promise<readonly GrantClass[]> {
    const granted = await this.shared.access.granted(site);
    const { terms: now, minimum } = await readTerms(site.origin);
    requireVersions(minimum, facts.host, page);
    requireUnchanged(terms, now);
    return granted;
  }

  /** Ends the session from our side. The last message tells the page why; the bridge then closes its port. */
  #end(error: WireError): void {
    if (this.#port.isClosed) return;
    const ended: v.InferOutput<typeof sessionEnded> = { error };
    this.#port.notify('session.ended', ended);
    this.#port.close();
  }

  /**
   * Runs a command of class `read` for an inspector, through the same checks as the page's own. The page hears nothing of it.
   *
   * @returns the answer; an error is one of the catalogue
   */
  async run(method: string, params: Record<string, unknown>): Promise<Outcome> {
    this.#lastRun += 1;
    const name = `inspector-${this.#lastRun}`;
    const request: Request = { jsonrpc: '2.0', id: name, method, params };
    this.#recorder?.message(this, INSPECTOR_HOPS.from, request, name);
    const controller = new AbortController();
    this.#runs.add(controller);
    const outcome = await outcomeOf(name, () => {
      if (this.#port.isClosed) throw new CardwrightError('CANCELLED');
      if (this.#running.size + this.#runs.size > MAX_RUNNING_REQUESTS) throw new CardwrightError('INVALID_MESSAGE');
      requireRunnable(request);
      return this.#answer(request, { isActive: false, signal: controller.signal, name, isPage: false });
    });
    this.#runs.delete(controller);
    this.#recorder?.message(this, INSPECTOR_HOPS.to, { jsonrpc: '2.0', id: name, ...outcome }, name, method);
    return outcome;
  }

  /** Has the host tell its APDUs, or not any more. */
  tellApdus(apdus: boolean): void {
    this.#host?.notify('$/setTrace', { apdus });
  }

  #start(request: Request, isActive: boolean): void {
    const { id, method } = request;
    if (this.#running.has(id) || this.#running.size >= MAX_RUNNING_REQUESTS) {
      this.#refuse(id, method);
      return;
    }
    this.#running.start(id, (signal) => this.#serve(request, isActive, signal));
  }

  /** A refusal names no id of a request that is under way. */
  #refuse(id: RequestId | null, method?: string): void {
    this.#port.refuse(id !== null && this.#running.has(id) ? null : id, method);
  }

  async #serve(request: Request, isActive: boolean, signal: AbortSignal): Promise<void> {
    const { id, method } = request;
    const outcome = await outcomeOf(id, () =>
      this.#answer(request, { isActive, signal, name: tracedId(id), isPage: true }),
    );
    this.shared.failures.note(this.page, method, outcome);
    this.#port.send({ jsonrpc: '2.0', id, ...(await this.#forPage(outcome)) }, method);
  }

  async #forPage(outcome: Outcome): Promise<Outcome> {
    return 'error' in outcome ? { error: await errorForPage(outcome.error, this.page, this.shared.access) } : outcome;
  }

  #answer(request: Request, asked: Asked): Promise<object> {
    const { method, params = {} } = request;
    const { isActive, signal } = asked;
    if (this.page === null) throw new CardwrightError('INSECURE_CONTEXT');
    if (method === 'initialize') return this.#initialize(this.page, validate(commands[method].params, params), asked);
    if (method === 'access.request') {
      return this.#requestAccess(this.page, { ...validate(commands[method].params, params), isActive }, signal);
    }
    if (method === 'window.show') {
      validate(commands[method].params, params);
      return this.shared.windows.raise(this.#owner, isActive).then(() => ({}));
    }
    if (method === 'diagnostics.offerBundle') {
      validate(commands[method].params, params);
      return this.shared.offers.offer(this.page, this.#owner, isActive).then(() => ({}));
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
    const { host } = this.#opened;
    if (method !== 'step.run') {
      return this.#forward(host, request.id, method, validate(commands[method].params, params), asked);
    }
    const step = validate(commands[method].params, params);
    return this.#steps.during(step.jws, () => this.#forward(host, request.id, method, step, asked));
  }

  async #initialize(page: Asker, params: Params<'initialize'>, { signal, name }: Asked): Promise<object> {
    if (this.#host) throw new CardwrightError('ALREADY_INITIALIZED');
    await this.shared.access.granted(page);
    commonRange(params.protocol);
    requireVersions((await readTerms(page.origin)).minimum, null, params.protocol);
    // Nothing is awaited from here until the host is started. The page may be gone by now, and then nothing would end a host.
    if (signal.aborted) throw new CardwrightError('CANCELLED');
    // A second one may have come while this one waited.
    if (this.#isStarted()) throw new CardwrightError('ALREADY_INITIALIZED');
    const host = this.#openHost(page);
    this.#host = host;
    try {
      const initialized = await initializeHost(host, params, page.origin, { signal, request: name });
      const opened = { host, ...initialized, page: params.protocol };
      // Read at the end: the user may have taken it back while the host was starting, and policy may have changed.
      const granted = await this.#allowedNow(page, opened);
      host.requireRunning();
      this.#opened = { ...opened, granted };
      // What changed between those two reads was told to nobody.
      void this.checkGrant();
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
    const granted = await this.shared.access.request({ ...page, ...this.#owner }, question, signal);
    if (this.#opened) this.#opened.granted = granted;
    return { granted };
  }

  async #forward(host: HostPort, id: RequestId, method: Method, params: object, asked: Asked): Promise<object> {
    const { signal, name, isPage } = asked;
    const onProgress = (progress: Progress) => this.#port.notify('$/progress', { ...progress, id });
    if (method === 'device.list') this.#listedBy[isPage ? 'page' : 'inspector'] = true;
    const result = await host.request(method, params, { signal, request: name, ...(isPage && { onProgress }) });
    return readHostAnswer<v.GenericSchema<object>>(commands[method].result, result, method);
  }

  #openHost(page: Asker): HostPort {
    const host = HostPort.open({
      answer: (request, signal, command) => {
        if (!this.#opened) throw new CardwrightError('NOT_INITIALIZED');
        const { facts, cms, windowKey } = this.#opened;
        const shared = { steps: this.#steps, pageCredential: this.#pageCredential, owner: this.#owner };
        const session = { page, ...shared, cms, windowKey, hostKey: facts.session.key };
        return askUser(request, session, this.shared.windows, { signal, command });
      },
      notice: (notification) => this.#relay(notification),
      ended: (error) => {
        // Before the session was open, `initialize` tells why and may be tried again.
        if (this.#opened) void this.#endAfterAnswers(error);
      },
      observe: (direction, message, request, method) =>
        this.#recorder?.message(this, HOST_HOPS[direction], message, request, method),
      observeApdu: (exchange, request) => {
        // A host that tells what it was not asked for is not heard.
        if (this.shared.trace.tellsApdus) this.#recorder?.apdu(this, exchange, request);
      },
    });
    if (this.shared.trace.tellsApdus) host.notify('$/setTrace', { apdus: true });
    return host;
  }

  /** The events that a page may see. */
  #relay({ method, params }: Notification): void {
    const { page, inspector } = this.#listedBy;
    if (method !== 'device.changed' || (inspector && !page)) return;
    const listing = v.safeParse(deviceListing, params);
    if (listing.success && this.#opened?.granted.includes('read') === true) this.#port.notify(method, listing.output);
  }

  /** Null at all times at which nothing is recorded. */
  get #recorder(): Recorder | null {
    return this.shared.trace.recorder;
  }

  /** Requests under way are answered first, because the host was working for them. */
  async #endAfterAnswers(error: CardwrightError): Promise<void> {
    await this.#running.answered();
    this.#end(await errorForPage(error.toWire(), this.page, this.shared.access));
  }

  /** The host and everything under way end with the port. */
  #closed(): void {
    this.#running.cancelAll();
    for (const controller of this.#runs) controller.abort();
    this.#host?.close();
    this.shared.trace.sessionEnded(this.id);
    this.onEnd();
  }
}
