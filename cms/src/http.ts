import {
  asCardwrightError,
  cancelRequest,
  eligibilityRequest,
  operationId,
  resultsRequest,
  startRequest,
  validate,
  CardwrightError,
  type ErrorCode,
} from '@cardwright/protocol';
import type { Cms } from './cms.js';
import { RateLimited } from './operations/rate-limited.js';
import type { Requester } from './operations/services.js';
import type { Language } from './words/language.js';
import { wireErrorIn } from './words/reasons.js';

/** HTTP status of the codes that a CMS gives; all others are 409: the request was right, the situation was not. */
const STATUS: Partial<Readonly<Record<ErrorCode, number>>> = {
  INVALID_MESSAGE: 400,
  INVALID_PARAMS: 400,
  LOGIN_REQUIRED: 401,
  FORBIDDEN: 403,
  PASSWORD_INCORRECT: 403,
  METHOD_NOT_FOUND: 404,
  OPERATION_NOT_FOUND: 404,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  CA_UNAVAILABLE: 503,
};
const OTHERWISE = 409;

/** An answer over HTTP, JSON. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The answer that tells a page of an error, in the language of its user. */
export const errorAnswerOf = (error: CardwrightError, language: Language): HttpAnswer => ({
  status: STATUS[error.code] ?? OTHERWISE,
  headers: error instanceof RateLimited ? { 'retry-after': String(error.retryAfter) } : {},
  body: { error: wireErrorIn(language, error) },
});

/** One address of the HTTP contract; `{id}` in its path stands for an operation's id. */
export interface CmsRoute {
  /** Below the CMS's base address. */
  readonly path: string;
  /** @throws CardwrightError */
  readonly answer: (cms: Cms, requester: Requester, id: string, body: unknown) => Promise<unknown>;
}

/** The HTTP contract between sdk and CMS (see the protocol's cms.ts): POST, JSON in, JSON out. */
export const CMS_ROUTES: readonly CmsRoute[] = [
  {
    path: 'devices/eligibility',
    answer: async (cms, requester, _id, body) => ({
      devices: await cms.judge(requester, validate(eligibilityRequest, body).devices),
    }),
  },
  {
    path: 'operations',
    answer: (cms, requester, _id, body) => cms.start(requester, validate(startRequest, body)),
  },
  {
    path: 'operations/{id}/results',
    answer: (cms, requester, id, body) => {
      const { step, outcomes } = validate(resultsRequest, body);
      return cms.continue(requester, validate(operationId, id), step, outcomes);
    },
  },
  {
    path: 'operations/{id}/cancel',
    answer: (cms, requester, id, body) =>
      cms.cancel(requester, validate(operationId, id), validate(cancelRequest, body).session),
  },
];

/**
 * Answers a request of the contract, for servers without routes of their own. Whether it comes from the CMS's own page, and from whom,
 * the caller has checked.
 *
 * @param path below the CMS's base address, without a leading slash
 * @param body the parsed JSON
 * @param onDefect is told what went wrong inside, under the number that the page shows
 */
export async function answerRequest(
  cms: Cms,
  requester: Requester,
  path: string,
  body: unknown,
  onDefect: (incident: string, defect: unknown) => void,
): Promise<HttpAnswer> {
  const [first, id = '', last] = path.split('/');
  const generic = last === undefined ? path : `${first ?? ''}/{id}/${last}`;
  const route = CMS_ROUTES.find((one) => one.path === generic);
  try {
    if (!route) throw new CardwrightError('METHOD_NOT_FOUND');
    return { status: 200, headers: {}, body: await route.answer(cms, requester, id, body) };
  } catch (error) {
    return errorAnswerOf(asCardwrightError(error, onDefect), requester.language);
  }
}
