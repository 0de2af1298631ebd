import { CardwrightError, asCardwrightError } from '@cardwright/protocol';
import { deviceListing } from '@cardwright/protocol/devices';
import { MAX_RUNNING_REQUESTS } from '@cardwright/protocol/limits';
import type { Notification, Request, RequestId, sessionEnded } from '@cardwright/protocol/messages';
import * as v from 'valibot';
import type { Runtime } from '../browser.js';
import type { Site } from '../remembered-answers.js';
import { DisplayWindow } from './display-window.js';
import { errorForPage } from './error-for-page.js';
import { InspectorRuns } from './inspector-runs.js';
import { logDefect } from './log.js';
import { outcomeOf, type Outcome } from './outcome.js';
import type { OwnWindows, WindowOwner } from './own-windows.js';
import { PageCommands, type Asked, type AttendedCommands } from './page-commands.js';
import { PagePort } from './page-port.js';
import { PageCredential } from './passkeys/page-credential.js';
import { StepsUnderWay } from './passkeys/steps-under-way.js';
import { preciseTime } from './precise-time.js';
import type { RecentFailures } from './recent-failures.js';
import { RunningRequests } from './running-requests.js';
import { askUser } from './secret-window.js';
import { SessionHost } from './session-host.js';
import type { Asker, SiteAccess } from './site-access.js';
import type { SessionFacts } from './trace-record.js';
import type { Trace } from './trace.js';
import { tracedId } from './traced-message.js';
import type { UserOffers } from './user-offers.js';

/** Parts of the background that all sessions share. */
export interface SharedParts {
  readonly access: SiteAccess;
  readonly offers: UserOffers;
  readonly windows: OwnWindows;
  readonly trace: Trace;
  readonly failures: RecentFailures;
}

/** Tab id for a page that may not use Cardwright. No tab of a browser has this id. */
const NO_TAB = -1;

/**
 * One page session: a port to the page and, from a successful `initialize` on, a host process. When the port closes, the host ends, and when
 * the host ends, the port is closed. Commands of the page reach the host only through `PageCommands`, which validates them.
 */
export class PageSession implements SessionFacts {
  readonly id = crypto.randomUUID();
  readonly started = preciseTime();
  readonly origin: string;
  readonly #owner: WindowOwner;
  readonly #port: PagePort;
  readonly #host: SessionHost;
  readonly #commands: PageCommands;
  readonly #running = new RunningRequests();
  readonly #runs: InspectorRuns;
  readonly #steps = new StepsUnderWay();
  readonly #pageCredential: PageCredential;
  /**
   * Set once the page has called `device.list`. After an inspector has called `device.list`, the host reports changes, too. A page that has
   * not called `device.list` itself must not see these reports.
   */
  #hasListed = false;

  constructor(
    port: Runtime.Port,
    /** The page, as the browser identifies it; null if the page may not use Cardwright. */
    private readonly page: Asker | null,
    private readonly shared: SharedParts,
    private readonly onEnd: () => void,
  ) {
    const { access, trace } = shared;
    this.origin = page?.origin ?? '';
    trace.sessionStarted(this);
    this.#owner = { tabId: page?.tabId ?? NO_TAB, session: this.id };
    this.#port = new PagePort(port, this, trace, {
      request: (request, isActive) => this.#start(request, isActive),
      cancel: (id) => this.#running.cancel(id),
      created: (value) => this.#pageCredential.created(value),
      unreadable: (id) => this.#refuse(id),
      closed: () => this.#closed(),
    });
    this.#pageCredential = new PageCredential((order) => this.#port.order(order));
    this.#host = new SessionHost(this, access, trace, {
      answer: (request, { site, cms, windowKey, facts }, signal, command) => {
        const own = { steps: this.#steps, pageCredential: this.#pageCredential, owner: this.#owner };
        const session = { ...own, page: site, cms, windowKey, hostKey: facts.session.key };
        return askUser(request, session, shared.windows, { signal, command });
      },
      notice: (notification) => this.#relay(notification),
      ended: (error) => void this.#endAfterAnswers(error),
      withdrawn: (reason) => this.#end(asCardwrightError(reason, logDefect)),
    });
    this.#commands = new PageCommands(this.#attendedCommands(), this.#host);
    this.#runs = new InspectorRuns(this, trace, this.#running, (request, signal) =>
      this.#answer(request, { sender: 'inspector', isActive: false, signal, request: request.id }),
    );
  }

  /** The page's site; null if the page may not use Cardwright. */
  get site(): Site | null {
    return this.page;
  }

  /** Reads the site's grant again, and ends the session if the grant or policy no longer allows the session. */
  checkGrant(): Promise<void> {
    return this.#host.checkGrant();
  }

  /** Runs a command of class `read` for an inspector. The page does not notice the command. */
  run(method: string, params: Record<string, unknown>): Promise<Outcome> {
    return this.#runs.run(method, params);
  }

  /** Tells the host whether to report its APDUs. */
  tellApdus(apdus: boolean): void {
    this.#host.tellApdus(apdus);
  }

  /** True from the start of the session's host. */
  get hasHost(): boolean {
    return this.#host.isStarted;
  }

  /** Ends the session because the extension is updated now. The page can reach the new version after a reload. */
  endForUpdate(): Promise<void> {
    return this.#end(new CardwrightError('EXTENSION_UPDATED'));
  }

  #attendedCommands(): AttendedCommands {
    const { access, windows, offers } = this.shared;
    const display = new DisplayWindow(this.origin, this.#owner, windows);
    return {
      initialize: (params, asked) => this.#host.initialize(asked.site, params, asked),
      'access.request': async ({ classes }, { site, isActive, signal }) => {
        const granted = await access.request({ ...site, ...this.#owner }, { classes, isActive }, signal);
        this.#host.grant(granted);
        return { granted: [...granted] };
      },
      'window.show': async (_, asked) => {
        await windows.raise(this.#owner, asked);
        return {};
      },
      'diagnostics.offerBundle': async (_, asked) => {
        await offers.bundle(asked.site, this.#owner, asked);
        return {};
      },
      'diagnostics.showTrace': async (_, asked) => {
        await offers.trace(asked.site, asked);
        return {};
      },
      'secret.prepareDisplay': () => display.prepare(),
      'secret.display': (params, { signal }) => display.show(params, this.#host.opened.cms, signal),
      'device.list': (params, asked) => {
        if (asked.sender === 'page') this.#hasListed = true;
        return this.#host.run('device.list', params, asked);
      },
      'step.run': (step, asked) => this.#steps.during(step.jws, () => this.#host.run('step.run', step, asked)),
    };
  }

  #start(request: Request, isActive: boolean): void {
    const { id, method } = request;
    if (this.#running.has(id) || this.#running.size >= MAX_RUNNING_REQUESTS) {
      this.#refuse(id, method);
      return;
    }
    this.#running.start(id, (signal) => this.#serve(request, isActive, signal));
  }

  /**
   * Refuses a message. The refusal must not contain the id of a running request, because the page would take the refusal for that request's
   * answer.
   */
  #refuse(id: RequestId | null, method?: string): void {
    this.#port.refuse(id !== null && this.#running.has(id) ? null : id, method);
  }

  async #serve(request: Request, isActive: boolean, signal: AbortSignal): Promise<void> {
    const { id, method } = request;
    const onProgress: Asked['onProgress'] = (progress) => this.#port.notify('$/progress', { ...progress, id });
    const asked = { sender: 'page', isActive, signal, request: tracedId(id), onProgress } as const;
    const outcome = await outcomeOf(id, () => this.#answer(request, asked));
    this.shared.failures.note(this.page, method, outcome);
    this.#port.send({ jsonrpc: '2.0', id, ...(await this.#forPage(outcome)) }, method);
  }

  #answer(request: Request, asked: Omit<Asked, 'site'>): Promise<object> {
    if (this.page === null) throw new CardwrightError('INSECURE_CONTEXT');
    return this.#commands.answer(request, { ...asked, site: this.page });
  }

  async #forPage(outcome: Outcome): Promise<Outcome> {
    return 'error' in outcome ? { error: await errorForPage(outcome.error, this.page, this.shared.access) } : outcome;
  }

  /** Passes a notification of the host on to the page, if the page may see it. */
  #relay({ method, params }: Notification): void {
    if (method !== 'device.changed' || !this.#hasListed || !this.#host.grants('read')) return;
    const listing = v.safeParse(deviceListing, params);
    if (listing.success) this.#port.notify(method, listing.output);
  }

  /** Ends the session from the extension's side. The last message tells the page the reason; the bridge then closes its port. */
  async #end(error: CardwrightError): Promise<void> {
    const ended: v.InferOutput<typeof sessionEnded> = {
      error: await errorForPage(error.toWire(), this.page, this.shared.access),
    };
    if (this.#port.isClosed) return;
    this.#port.notify('session.ended', ended);
    this.#port.close();
  }

  /** Ends the session because its host has ended. The running requests are answered first, because the host was working for them. */
  async #endAfterAnswers(error: CardwrightError): Promise<void> {
    await this.#running.answered();
    await this.#end(error);
  }

  /** Ends the host and everything that is running, because the port was closed. */
  #closed(): void {
    this.#running.cancelAll();
    this.#runs.end();
    this.#host.close();
    this.shared.trace.sessionEnded(this.id);
    this.onEnd();
  }
}
