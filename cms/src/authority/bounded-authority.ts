import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { withDeadline } from '../deadline.js';
import type { CertificationAuthority } from './certification-authority.js';

/** Maximum number of characters that are kept of an authority's message and sent to a page. */
const MAX_REASON_LENGTH = 300;
/** Milliseconds for a CRL. No card waits for it, and signing a hundred thousand entries takes seconds. */
const CRL_LIMIT = 60 * 1000;
/** Control characters, and invisible ones that change the direction of writing. They do not belong in text for people. */
const UNSEEN = /[\p{Cc}\p{Cf}]+/gu;
/** Unpaired surrogates, which no database accepts. */
const HALVES = /\p{Cs}/gu;

/**
 * Wraps an authority: it answers in time or counts as unreachable, and its errors become those of the catalogue. An error with the code
 * `CA_REFUSED` becomes that one, with its message as the reason, shortened and without control characters; `CA_UNAVAILABLE` likewise.
 * Any other error is a defect of the connector.
 *
 * @param limit milliseconds for one certificate
 * @example
 * const bounded = boundAuthority(authority, 10_000);
 */
export function boundAuthority(authority: CertificationAuthority, limit: number): CertificationAuthority {
  const late = (cause?: unknown) => new CardwrightError('CA_UNAVAILABLE', {}, { cause });
  const bounded = async <T>(time: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await withDeadline(time, work, late);
    } catch (error) {
      throw translate(error);
    }
  };
  return {
    certificate: authority.certificate,
    issue: (request) => bounded(limit, (signal) => authority.issue(request, signal)),
    signCrl: (request) => bounded(CRL_LIMIT, (signal) => authority.signCrl(request, signal)),
  };
}

/** Recognises errors by their codes, not their class, so that connectors need not import the classes of this package. */
function translate(error: unknown): unknown {
  if (isCardwrightError(error, 'CA_REFUSED')) return refusal(error.data.reason, error);
  if (isCardwrightError(error) || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'CA_UNAVAILABLE') return new CardwrightError('CA_UNAVAILABLE', {}, { cause: error });
  if (error.code !== 'CA_REFUSED') return error;
  return refusal(error.message, error);
}

function refusal(words: string, cause: Error): CardwrightError {
  const readable = words.replace(UNSEEN, ' ').replace(HALVES, '\ufffd').trim();
  const reason = Array.from(readable).slice(0, MAX_REASON_LENGTH).join('');
  return new CardwrightError('CA_REFUSED', { reason }, { cause });
}
