import { CardwrightError } from '@cardwright/protocol';
import type { EntraSettings } from '../settings.js';
import type { AccessTokens } from './access-tokens.js';
import type { Deadline } from './deadline.js';
import { inOneLine, readGraphError } from './graph-error.js';

/** A request to Microsoft Graph v1.0. */
export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Segments of the path below /v1.0, before their encoding. */
  readonly path: readonly string[];
  /** Name of the request in the log. The name contains nothing about a person. */
  readonly what: string;
  readonly body?: unknown;
}

/** An answer of Graph that `GraphClient` leaves to its caller. The status may state an error. */
export interface GraphAnswer {
  readonly status: number;
  /** The parsed JSON of the body; null if the body was empty. */
  readonly body: unknown;
}

const UNAUTHORIZED = 401;
const SERVER_ERROR = 500;
const THROTTLED: ReadonlySet<number> = new Set([429, 503]);
/** Milliseconds before a throttled request is repeated, if Graph states no delay. Each further try doubles this time. */
const FIRST_BACKOFF = 500;
const SECOND = 1000;

/** HTTP client of Microsoft Graph. It handles tokens, throttling and time limits. The caller interprets the answers. */
export class GraphClient {
  constructor(
    private readonly settings: Pick<EntraSettings, 'name' | 'graph'>,
    private readonly tokens: AccessTokens,
    private readonly log: (line: string) => void,
  ) {}

  /**
   * Sends a request, and returns Graph's answer. If Graph throttles (429, 503), repeats the request after the delay that Graph states. If Graph
   * refuses the token (401), repeats the request with a new token, at most once.
   *
   * @throws CardwrightError `PASSKEY_SERVICE_UNAVAILABLE` if Graph, or the server that issues tokens, gives no usable answer in time;
   *   `PASSKEY_SERVICE_REFUSED` if that server refuses to issue a token
   */
  async send(request: GraphRequest, deadline: Deadline): Promise<GraphAnswer> {
    let hasNewToken = false;
    for (let backoff = FIRST_BACKOFF; ; backoff *= 2) {
      const token = await this.#within(deadline, this.tokens.get());
      const response = await this.#fetch(request, token, deadline);
      const { status } = response;
      if (status >= 400) await this.#report(request, response.clone());
      if (status === UNAUTHORIZED && !hasNewToken) {
        hasNewToken = true;
        await this.tokens.forget(token);
      } else if (THROTTLED.has(status)) {
        if (!(await deadline.wait(readRetryAfter(response.headers) ?? backoff))) throw this.#unavailable();
      } else if (status >= SERVER_ERROR) {
        throw this.#unavailable();
      } else {
        return { status, body: await this.#read(response) };
      }
    }
  }

  async #fetch({ method, path, what, body }: GraphRequest, token: string, { signal }: Deadline): Promise<Response> {
    const url = `${this.settings.graph}/v1.0/${path.map(encodeURIComponent).join('/')}`;
    try {
      return await fetch(url, {
        method,
        signal,
        // A redirect would send the token elsewhere.
        redirect: 'error',
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      this.log(`passkey service ${this.settings.name}: ${what} got no answer`);
      throw this.#unavailable();
    }
  }

  async #read(response: Response): Promise<unknown> {
    try {
      const text = await response.text();
      return text === '' ? null : JSON.parse(text);
    } catch {
      // The body is truncated, or is not JSON, for example a page of a proxy.
      throw this.#unavailable();
    }
  }

  /**
   * Waits for `work`, but not beyond the deadline. The work is a request for a token, and the time limit of such a request may exceed the
   * remaining time.
   *
   * @throws CardwrightError `PASSKEY_SERVICE_UNAVAILABLE` at the deadline; any error of the work
   */
  #within<T>({ signal }: Deadline, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const late = (): void => reject(this.#unavailable());
      if (signal.aborted) late();
      signal.addEventListener('abort', late, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', late));
    });
  }

  /**
   * Logs the status, Graph's id of the request, by which Microsoft's support finds the request, and Graph's code and message for an
   * administrator.
   */
  async #report({ what }: GraphRequest, response: Response): Promise<void> {
    const { status, headers } = response;
    const id = /^[\w-]{1,64}$/.exec(headers.get('request-id') ?? '')?.[0] ?? 'none';
    const words = inOneLine(readGraphError(await response.json().catch(() => null)));
    const said = words === '' ? '' : `, ${words}`;
    this.log(`passkey service ${this.settings.name}: ${what} answered ${status}, request-id ${id}${said}`);
  }

  #unavailable(): CardwrightError {
    return new CardwrightError('PASSKEY_SERVICE_UNAVAILABLE', { service: this.settings.name });
  }
}

/**
 * Returns the milliseconds that Graph asks the client to wait. Returns undefined if Graph states no delay. `Retry-After` has seconds or a date
 * (RFC 9110, 10.2.3).
 */
function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value) * SECOND;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
