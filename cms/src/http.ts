import { CardwrightError, asCardwrightError, validate } from '@cardwright/protocol';
import { CMS_ERROR_STATUS, OTHER_ERROR_STATUS, cmsContract, type CmsPath } from '@cardwright/protocol/cms';
import { readJson } from '@cardwright/protocol/messages';
import { operationId } from '@cardwright/protocol/schemas';
import type { Cms } from './cms.js';
import { RateLimited } from './operations/rate-limited.js';
import type { PersonProof, Requester } from './operations/services.js';
import type { Person } from './store/rows.js';
import { negotiateLanguage } from './words/language.js';
import { wireErrorIn } from './words/reasons.js';

/** An HTTP response with a JSON body. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * Makes the response that reports an error to a page in the language of its user. A `RateLimited` error gets the header `retry-after`, in
 * seconds.
 *
 * @example
 * const { status, headers, body } = errorAnswerOf(new CardwrightError('FORBIDDEN'), 'de');
 */
export const errorAnswerOf = (error: CardwrightError, language: string): HttpAnswer => ({
  status: CMS_ERROR_STATUS[error.code] ?? OTHER_ERROR_STATUS,
  headers: error instanceof RateLimited ? { 'retry-after': String(error.retryAfter) } : {},
  body: { error: wireErrorIn(language, error) },
});

/** One path of the HTTP contract. `{id}` stands for an operation's id. */
export interface CmsRoute {
  /** Path relative to the CMS's base address. */
  readonly path: CmsPath;
  /**
   * Validates the body and the operation's id, calls the CMS, and returns the body of the answer.
   * @throws CardwrightError `INVALID_PARAMS` for a malformed body or id, or as the called method of `Cms` does
   */
  readonly answer: (cms: Cms, requester: Requester, id: string, body: unknown) => Promise<unknown>;
}

/** The paths of the HTTP contract (`cmsContract` in the protocol package), each with its handler. */
export const CMS_ROUTES: readonly CmsRoute[] = [
  {
    path: 'devices/eligibility',
    answer: async (cms, requester, _id, body) => {
      const { kind, devices } = validate(cmsContract['devices/eligibility'].request, body);
      return { devices: await cms.judge(requester, kind, devices) };
    },
  },
  {
    path: 'operations',
    answer: (cms, requester, _id, body) => cms.start(requester, validate(cmsContract.operations.request, body)),
  },
  {
    path: 'operations/{id}/results',
    answer: (cms, requester, id, body) => {
      const { step, outcomes } = validate(cmsContract['operations/{id}/results'].request, body);
      return cms.continue(requester, validate(operationId, id), step, outcomes);
    },
  },
  {
    path: 'operations/{id}/cancel',
    answer: (cms, requester, id, body) =>
      cms.cancel(
        requester,
        validate(operationId, id),
        validate(cmsContract['operations/{id}/cancel'].request, body).session,
      ),
  },
];

/** Request headers that the contract uses, in lower case as in `node:http`. */
export interface ContractHeaders {
  readonly origin?: string | undefined;
  readonly 'content-type'?: string | undefined;
  readonly 'accept-language'?: string | undefined;
}

/**
 * True if the headers of a request name this origin and a JSON body. The request then comes from a page of this origin. Browsers send Origin
 * with each POST request, and let no page choose its value (RFC 6454). A page of another origin could send JSON only after a preflight, which a
 * CMS never allows.
 *
 * @example
 * const isOwn = isFromOwnPage(request.headers, 'https://cms.example.com');
 */
export const isFromOwnPage = (headers: ContractHeaders, origin: string): boolean =>
  headers.origin === origin && headers['content-type']?.split(';')[0]?.trim().toLowerCase() === 'application/json';

/** A request of the contract, as a server received it. */
export interface ContractRequest {
  /** The person who is logged in, by the CMS's own means; null if nobody is logged in. */
  readonly person: Person | null;
  /** The person's latest proof of identity in this session, at the login or since. Operations may require a fresh proof. */
  readonly proof?: PersonProof | undefined;
  /** Path relative to the CMS's base address, without a leading slash or a query. */
  readonly path: string;
  /** IP address of the sender, for the operation's timeline. */
  readonly address?: string | undefined;
  readonly headers: ContractHeaders;
  /** JSON text. */
  readonly body: string;
}

/**
 * Answers a request of the contract, for servers without routes of their own. Refuses requests that are not from the CMS's own pages. Every
 * error becomes a response (`errorAnswerOf`).
 *
 * @param onDefect receives an internal error, with the incident number that the page shows
 * @example
 * import { text } from 'node:stream/consumers';
 * const { status, headers, body } = await answerRequest(
 *   cms,
 *   { person, path: url.pathname.slice('/api/'.length), headers: request.headers, body: await text(request) },
 *   (incident, defect) => console.error(incident, defect),
 * );
 */
export async function answerRequest(
  cms: Cms,
  { person, proof, path, address, headers, body }: ContractRequest,
  onDefect: (incident: string, defect: unknown) => void,
): Promise<HttpAnswer> {
  const language = negotiateLanguage(headers['accept-language'], cms.languages);
  try {
    if (!isFromOwnPage(headers, cms.origin)) throw new CardwrightError('FORBIDDEN');
    if (person === null) throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
    const { route, id } = routeOf(path);
    const requester = { person, language, address, proof };
    return { status: 200, headers: {}, body: await route.answer(cms, requester, id, parse(body)) };
  } catch (error) {
    return errorAnswerOf(asCardwrightError(error, onDefect), language);
  }
}

function routeOf(path: string): { readonly route: CmsRoute; readonly id: string } {
  const [, first, id = '', last] = /^([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  const route = CMS_ROUTES.find((one) => one.path === (first && last ? `${first}/{id}/${last}` : path));
  if (!route) throw new CardwrightError('METHOD_NOT_FOUND');
  return { route, id };
}

function parse(body: string): unknown {
  try {
    return readJson(body);
  } catch (cause) {
    throw new CardwrightError('INVALID_MESSAGE', {}, { cause });
  }
}
