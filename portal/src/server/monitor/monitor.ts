import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { exposition, MEDIA_TYPE, type MetricTable, type Sample } from './metrics.js';
import { sharedAnswer } from './shared-answer.js';

/** The checks of `/readyz` by their names, each with whether it passes. */
export type Checks = Readonly<Record<string, boolean>>;

/** Where the answers of a running portal come from. */
export interface MonitorSources {
  readonly checks: () => Promise<Checks>;
  readonly samples: () => Promise<readonly Sample[]>;
  /** The metrics that the samples can have. */
  readonly metrics: MetricTable;
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

const SECOND = 1000;
const TEXT = 'text/plain; charset=utf-8';
/** Sizes and times for clients that are slow or many. An answer has a few KB, and no client has a body to send. */
const LIMITS = {
  headersTimeout: 5 * SECOND,
  requestTimeout: 5 * SECOND,
  connectionsCheckingInterval: SECOND,
  maxHeaderSize: 8 * 1024,
} as const;
const SOCKET_TIMEOUT = 10 * SECOND;
const MOST_CONNECTIONS = 64;

/**
 * The listener for programs that watch the portal, apart from the one for browsers:
 * - `/healthz`: the process answers;
 * - `/readyz`: 200 if the portal can serve, otherwise 503; with a line for each check;
 * - `/metrics`: the metrics in the text format of Prometheus.
 *
 * It answers GET and HEAD alone, and only requests whose Host is an IP address, `localhost`, the configured host or the name of this computer: so no page
 * of another site reads it by a name that leads here (DNS rebinding).
 */
export class Monitor {
  #state: 'starting' | 'running' | 'ending' = 'starting';
  #checks: () => Promise<Checks> = () => Promise.resolve({});
  #samples: () => Promise<readonly Sample[]> = () => Promise.resolve([]);
  #metrics: MetricTable = {};

  private constructor(
    private readonly server: Server,
    private readonly host: string,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request)
        .catch((): Answer => ({ status: 500, body: 'failed\n' }))
        .then((answer) => send(request, response, answer))
        .catch(() => response.destroy());
    });
  }

  /**
   * Listens. Until `run` is called, `/readyz` says that the portal is starting.
   *
   * @param port with 0 the system chooses one
   * @throws Error if the port is taken, or the address is not one of this computer
   */
  static async open({ host, port }: { readonly host: string; readonly port: number }): Promise<Monitor> {
    const server = createServer(LIMITS);
    server.maxConnections = MOST_CONNECTIONS;
    server.timeout = SOCKET_TIMEOUT;
    const monitor = new Monitor(server, host);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) =>
        reject(new Error(`the listener for monitoring (CARDWRIGHT_MONITOR_PORT) cannot listen: ${error.message}`)),
      );
      server.listen(port, host, resolve);
    });
    return monitor;
  }

  /** The port on which the monitor listens. */
  get port(): number {
    const address = this.server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  /** Says from now on what a running portal says. */
  run({ checks, samples, metrics }: MonitorSources): void {
    this.#checks = sharedAnswer(checks, { answer: false });
    this.#samples = sharedAnswer(samples, []);
    this.#metrics = metrics;
    if (this.#state === 'starting') this.#state = 'running';
  }

  /** Says from now on that the portal is ending, so that a proxy sends no more requests. */
  end(): void {
    this.#state = 'ending';
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  async #answer({ method, url = '', headers }: IncomingMessage): Promise<Answer> {
    if (!this.#isOwnHost(headers.host)) return { status: 403, body: 'this host name is not served here\n' };
    if (method !== 'GET' && method !== 'HEAD')
      return { status: 405, headers: { allow: 'GET, HEAD' }, body: 'only GET and HEAD\n' };
    const [path] = url.split('?');
    if (path === '/healthz') return { status: 200, body: 'ok\n' };
    if (path === '/readyz') return this.#readiness();
    if (path === '/metrics')
      return { status: 200, type: MEDIA_TYPE, body: exposition(this.#metrics, await this.#samples()) };
    return { status: 404, body: 'there is /healthz, /readyz and /metrics\n' };
  }

  async #readiness(): Promise<Answer> {
    if (this.#state !== 'running') return { status: 503, body: `${this.#state}\n` };
    const checks = Object.entries(await this.#checks());
    const isReady = checks.every(([, passes]) => passes);
    return {
      status: isReady ? 200 : 503,
      body: checks.map(([check, passes]) => `${check} ${passes ? 'ok' : 'failed'}\n`).join(''),
    };
  }

  #isOwnHost(written = ''): boolean {
    const url = `http://${written}`;
    if (!URL.canParse(url)) return false;
    const name = new URL(url).hostname;
    const isAddress = isIP(name.replace(/^\[|\]$/g, '')) > 0;
    return isAddress || [this.host, 'localhost', hostname()].some((own) => name === own.toLowerCase());
  }
}

function send({ method }: IncomingMessage, response: ServerResponse, { status, type, headers, body }: Answer): void {
  response.writeHead(status, {
    'content-type': type ?? TEXT,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
    ...headers,
  });
  response.end(method === 'HEAD' ? undefined : body);
}
