import { CardwrightError } from '@cardwright/protocol';
import {
  CMS_AWAY_STATUSES,
  eligibilityAnswer,
  errorAnswer,
  operationAnswer,
  type Eligibility,
  type OperationAnswer,
  type StartRequest,
} from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { CMS_ANSWER_TIMEOUT } from '@cardwright/protocol/limits';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import * as v from 'valibot';

const UNAUTHORIZED = 401;

/** Milliseconds after which an unanswered cancellation is given up, so that the device is released soon. */
export const CANCEL_TIMEOUT = 5_000;

export interface CmsClientOptions {
  /** Language of the sentences that the CMS sends, as a tag of RFC 5646. Default: the browser's own `Accept-Language` header. */
  readonly language?: string;
  readonly fetch?: typeof globalThis.fetch;
}

export interface CmsRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Body of the request, which is sent as JSON. */
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Client of the HTTP contract between a page and its CMS (`cms.ts` of the protocol). The CMS must have the page's origin, because requests to
 * another origin carry no cookies.
 *
 * @example
 * const cms = new CmsClient('/api', { language: 'de' });
 * const verdicts = await cms.eligibility('issue', devices);
 */
export class CmsClient {
  readonly #base: string;
  readonly #language: Readonly<Record<string, string>>;
  readonly #fetch: typeof globalThis.fetch;
  /**
   * Milliseconds by which the CMS's clock is ahead of this computer's clock, according to the `Date` header of the CMS's last answer (RFC
   * 9110, 6.6.1).
   */
  #clockOffset = 0;

  /** @param endpoint base address of the contract, for example `/api` */
  constructor(endpoint: string, { language, fetch }: CmsClientOptions = {}) {
    this.#base = endpoint.replace(/\/+$/, '');
    this.#language = language === undefined ? {} : { 'accept-language': language };
    this.#fetch = fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  /**
   * Returns the time of the CMS's clock, in milliseconds since 1970. The CMS's time limits refer to this clock. Before the CMS's first
   * answer, returns this computer's time.
   */
  now(): number {
    return Date.now() + this.#clockOffset;
  }

  /** Returns the address of a path of the contract. The path is given without a leading slash. */
  addressOf(path: string): string {
    return `${this.#base}/${path}`;
  }

  /**
   * Returns, for each device, the CMS's verdict whether an operation of this kind is possible. Without devices, no request is sent.
   *
   * @throws CardwrightError the errors of `request`
   */
  async eligibility(
    kind: StartRequest['kind'],
    devices: readonly DeviceInfo[],
    signal?: AbortSignal,
  ): Promise<readonly Eligibility[]> {
    if (devices.length === 0) return [];
    const body = { kind, devices };
    const answer = await this.request('devices/eligibility', eligibilityAnswer, { method: 'POST', body, signal });
    return answer.devices;
  }

  /**
   * Starts or resumes an operation. If the answer was lost, the request may be sent again, because it changes no card and no device record:
   * the CMS resumes the operation that it has for this card. The CMS cannot recognise a blank card. For a blank card it starts another
   * operation, and the first operation never gets a step.
   *
   * @throws CardwrightError the errors of `request`
   */
  start(request: StartRequest, signal?: AbortSignal): Promise<OperationAnswer> {
    return this.request('operations', operationAnswer, { method: 'POST', body: request, signal });
  }

  /**
   * Sends the results of a step. If the answer was lost, the request may be sent again: the same results get the same answer.
   *
   * @throws CardwrightError the errors of `request`
   */
  results(
    operation: string,
    results: { readonly step: number; readonly outcomes: readonly CommandOutcome[] },
    signal?: AbortSignal,
  ): Promise<OperationAnswer> {
    return this.request(`operations/${operation}/results`, operationAnswer, { method: 'POST', body: results, signal });
  }

  /**
   * Cancels an operation.
   *
   * @param session id of the host session that ran the operation: the result of `sessionIdOf` for the session's key
   * @throws CardwrightError `OPERATION_MOVED` if another session continues the operation, so that nothing was cancelled; `CANCELLED` if the
   *   CMS does not answer within `CANCEL_TIMEOUT`; or another error of `request`
   */
  cancel(operation: string, session: string): Promise<OperationAnswer> {
    const signal = AbortSignal.timeout(CANCEL_TIMEOUT);
    const body = { session };
    return this.request(`operations/${operation}/cancel`, operationAnswer, { method: 'POST', body, signal });
  }

  /**
   * Sends one request and validates its answer.
   *
   * @throws CardwrightError the error in the answer; `CANCELLED` if the signal was aborted; `CMS_UNREACHABLE` if the CMS cannot be reached or
   * does not answer within `CMS_ANSWER_TIMEOUT`; `INVALID_MESSAGE` if a successful answer does not match `schema`. For an unsuccessful answer
   * that contains no error, the status decides: `LOGIN_REQUIRED` (401), `CMS_UNREACHABLE` (`CMS_AWAY_STATUSES`), or `INTERNAL` (any other
   * status)
   */
  async request<S extends v.GenericSchema>(
    path: string,
    schema: S,
    { method = 'GET', body, signal }: CmsRequest = {},
  ): Promise<v.InferOutput<S>> {
    const { ok, status, content } = await this.#exchange(this.addressOf(path), method, body, signal);
    if (ok) {
      const parsed = v.safeParse(schema, content);
      if (!parsed.success) throw new CardwrightError('INVALID_MESSAGE');
      return parsed.output;
    }
    const failure = v.safeParse(errorAnswer, content);
    if (failure.success) throw CardwrightError.fromWire(failure.output.error);
    if (status === UNAUTHORIZED) throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
    if (CMS_AWAY_STATUSES.includes(status)) throw new CardwrightError('CMS_UNREACHABLE');
    throw new CardwrightError('INTERNAL', { incident: `HTTP ${status}` });
  }

  async #exchange(address: string, method: string, body: object | undefined, signal: AbortSignal | undefined) {
    const limit = AbortSignal.timeout(CMS_ANSWER_TIMEOUT);
    try {
      const response = await this.#fetch(address, {
        method,
        credentials: 'same-origin',
        headers: {
          accept: 'application/json',
          ...this.#language,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      const date = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(date)) this.#clockOffset = date - Date.now();
      const text = await response.text();
      return { ok: response.ok, status: response.status, content: parseJson(text) };
    } catch (cause) {
      throw new CardwrightError(signal?.aborted ? 'CANCELLED' : 'CMS_UNREACHABLE', {}, { cause });
    }
  }
}

/** Returns the parsed JSON. For other text, such as a proxy's error page, returns undefined, which fits no schema. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
