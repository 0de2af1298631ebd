import {
  PROTOCOL_RANGE,
  isRequest,
  message as messageSchema,
  type Message,
  type Request,
} from '@cardwright/protocol/messages';
import { apduNotification, type ApduExchange, type TraceEntry } from '@cardwright/protocol/trace';
import { until } from '@cardwright/stage';
import * as v from 'valibot';
import { toInspector, type ToInspector } from '../../../../extension/src/inspector-message.js';
import type { Asker } from '../../../../extension/src/background/site-access.js';
import type { TraceRecord } from '../../../../extension/src/background/trace-record.js';
import {
  local,
  managed,
  native,
  openTabs,
  openWindows,
  resetFakeChrome,
  session,
} from '../../../support/fake-chrome.js';
import { BASE_POINT } from '../../../support/public-key.js';
import { EXTENSION_ID, FakePort, OWN, settle } from './fake-port.js';

// These modules need the fake browser when they are loaded.
const { OwnWindows } = await import('../../../../extension/src/background/own-windows.js');
const { PageSession } = await import('../../../../extension/src/background/page-session.js');
const { RecentFailures } = await import('../../../../extension/src/background/recent-failures.js');
const { SiteAccess } = await import('../../../../extension/src/background/site-access.js');
const { Trace } = await import('../../../../extension/src/background/trace.js');
const { TraceRecord: MadeRecord } = await import('../../../../extension/src/background/trace-record.js');
const { UserOffers } = await import('../../../../extension/src/background/user-offers.js');
const { serveInspector } = await import('../../../../extension/src/background/inspector-port.js');

export const ORIGIN = 'https://portal.example';
const TAB = 11;
/** Longer than the time between two batches. */
const BATCH_MS = 130;

export const LISTING = { readers: ['Reader 00 00'], devices: [] };

export const EXCHANGE: ApduExchange = {
  method: 'device.list',
  reader: 'Reader 00 00',
  instruction: 'SELECT',
  cla: 0,
  ins: 0xa4,
  p1: 4,
  p2: 0,
  data: 'a000000308',
  dataLength: 5,
  le: 256,
  response: '',
  responseLength: 0,
  statusWord: 0x6a82,
  meaning: 'not found',
  duration: 3,
};

/** A host with scripted answers. */
export class ScriptedHost {
  readonly port = new FakePort('host');
  readonly received: Message[] = [];
  /** Answers by method. The default is an empty result; null withholds the answer. */
  answers: Readonly<Partial<Record<string, (request: Request) => object | null>>> = {
    initialize: () => ({
      protocol: PROTOCOL_RANGE.max,
      host: '0.1.0',
      capabilities: ['session', 'device'],
      session: { key: BASE_POINT },
    }),
    'device.list': () => LISTING,
  };

  constructor() {
    this.port.answerWith((posted) => {
      const message = v.parse(messageSchema, posted);
      this.received.push(message);
      if (isRequest(message)) queueMicrotask(() => this.#answer(message));
    });
  }

  get methods(): string[] {
    return this.received.flatMap((message) => ('method' in message ? message.method : []));
  }

  say(message: object): void {
    this.port.say({ jsonrpc: '2.0', ...message });
  }

  sayApdu(id: number | null): void {
    this.say({ method: '$/apdu', params: v.parse(apduNotification, { id, exchange: EXCHANGE }) });
  }

  #answer(request: Request): void {
    const result = (this.answers[request.method] ?? (() => ({})))(request);
    if (result) this.say({ id: request.id, result });
  }
}

/** A page with its session. */
export class PageSide {
  readonly port = new FakePort('page', {
    id: EXTENSION_ID,
    frameId: 0,
    url: `${ORIGIN}/`,
    origin: ORIGIN,
    tab: { id: TAB, incognito: false, index: 0, highlighted: true, active: true, pinned: false },
  } as object);

  get heard(): Message[] {
    return this.port.heard.map((one) => v.parse(messageSchema, one));
  }

  say(message: unknown): void {
    this.port.say({ message, isActive: false });
  }

  /** Sends a request, and lets all pending callbacks run. */
  async send(id: number | string, method: string, params: object = {}): Promise<void> {
    this.say({ jsonrpc: '2.0', id, method, params });
    await settle();
  }

  /** Sends a request, and waits for its answer. */
  async ask(id: number | string, method: string, params: object = {}): Promise<Message> {
    await this.send(id, method, params);
    const isAnswer = (message: Message): boolean => !('method' in message) && message.id === id;
    // The key of a session is made on another thread.
    const answer = await until(() => this.heard.find(isAnswer), { what: `an answer to ${method}` });
    await settle();
    return answer;
  }
}

/** An open inspector. */
export class InspectorSide {
  readonly port: FakePort;

  constructor(
    private readonly stage: SessionStage,
    sender: object = { id: EXTENSION_ID, url: `${OWN}pages/inspector.html` },
  ) {
    this.port = new FakePort('inspector', sender);
    void serveInspector(this.port.port, stage.trace, (id, method, params) => stage.run(id, method, params));
  }

  get heard(): ToInspector[] {
    return this.port.heard.map((one) => v.parse(toInspector, one));
  }

  get state(): Extract<ToInspector, { type: 'state' }> | undefined {
    return this.heard.findLast((message) => message.type === 'state');
  }

  /** Returns all received entries, once the last batch has come. */
  async entries(): Promise<TraceEntry[]> {
    await new Promise((resolve) => setTimeout(resolve, BATCH_MS));
    return this.heard.flatMap((message) => (message.type === 'entries' ? message.entries : []));
  }

  async record(recording: object): Promise<void> {
    this.port.say({ type: 'record', recording });
    await settle();
  }

  /** Runs a command in the newest session, and waits for the answer. */
  async run(run: number, method: string, params: object = {}): Promise<unknown> {
    this.port.say({ type: 'run', run, session: this.stage.newest, method, params });
    await settle();
    return this.heard.find((message) => message.type === 'ran' && message.run === run);
  }
}

/** The background without its browser: sessions, their trace, and its observers. */
export class SessionStage {
  readonly sessions = new Set<InstanceType<typeof PageSession>>();
  readonly hosts: ScriptedHost[] = [];
  readonly pages: PageSide[] = [];
  /** The browser's words for the reason if the next host cannot be started. */
  hostProblem: string | undefined;
  /** Called with each host before it is started. */
  prepareHost: (host: ScriptedHost) => void = () => undefined;
  /** Number of records made for the trace. */
  recordsMade = 0;
  /** Id of the most recently opened session. */
  newest = '';
  readonly trace: InstanceType<typeof Trace>;
  readonly failures = new RecentFailures();
  readonly #windows = new OwnWindows();
  readonly #access = new SiteAccess(() => Promise.resolve({ allowed: false }));

  private constructor() {
    native.connect = () => {
      const host = new ScriptedHost();
      this.hosts.push(host);
      this.prepareHost(host);
      const problem = this.hostProblem;
      if (problem !== undefined) host.port.answerWith(() => queueMicrotask(() => host.port.close(problem)));
      return host.port.port;
    };
    this.trace = new Trace(
      {
        live: () => this.sessions,
        tellApdus: (apdus) => {
          for (const one of this.sessions) one.tellApdus(apdus);
        },
      },
      (...listeners): TraceRecord => {
        this.recordsMade += 1;
        return new MadeRecord(...listeners);
      },
    );
  }

  /** Opens a stage with a site that is granted some classes, in a browser that remembers only the given values. */
  static async open(granted?: string[], stored?: { local?: object; session?: object }): Promise<SessionStage> {
    const stage = SessionStage.start(granted, stored);
    await stage.trace.ready;
    return stage;
  }

  /** Opens a stage in its first moment, before the background has read anything. */
  static start(granted = ['read', 'use', 'manage'], stored: { local?: object; session?: object } = {}): SessionStage {
    resetFakeChrome();
    local.content = { ...stored.local };
    session.content = { ...stored.session };
    managed.content = { allowedSites: { [ORIGIN]: granted }, siteKeys: { [ORIGIN]: { keys: [BASE_POINT] } } };
    openWindows.push({ id: 1, incognito: false, focused: true, state: 'normal' });
    openTabs.push({ id: TAB, windowId: 1, active: true });
    return new SessionStage();
  }

  /**
   * Connects a page.
   *
   * @param who its identity as the browser reports it; by default the site that policy names, null if it may not use Cardwright
   */
  page(who: Partial<Asker> | null = {}): PageSide {
    const page = new PageSide();
    this.pages.push(page);
    const shared = { access: this.#access, windows: this.#windows, trace: this.trace, failures: this.failures };
    const opened = new PageSession(
      page.port.port,
      who && { origin: ORIGIN, tabId: TAB, isPrivate: false, ...who },
      { ...shared, offers: new UserOffers(this.#windows) },
      () => this.sessions.delete(opened),
    );
    this.sessions.add(opened);
    this.newest = opened.id;
    return page;
  }

  /** Opens a page with its session and host. */
  async openPage(who: Partial<Asker> = {}): Promise<{ page: PageSide; host: ScriptedHost }> {
    const page = this.page(who);
    await page.ask(1, 'initialize', { protocol: PROTOCOL_RANGE, sdk: '0.1.0' });
    const host = this.hosts.at(-1);
    if (!host) throw new Error('no host was started');
    return { page, host };
  }

  /** Connects the script of a window of the extension. */
  window(address: string): FakePort {
    const window = new FakePort(`window:${address.split('#')[1] ?? ''}`, { id: EXTENSION_ID, url: address });
    this.#windows.accept(window.port);
    return window;
  }

  async inspector(): Promise<InspectorSide> {
    const inspector = new InspectorSide(this);
    await settle();
    return inspector;
  }

  async run(id: string, method: string, params: Record<string, unknown>) {
    for (const one of this.sessions) if (one.id === id) return one.run(method, params);
    throw new Error('the stage has no such session');
  }
}
