import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { withDeadline } from '../deadline.js';
import type { CertificationAuthority } from './certification-authority.js';

/** Characters of an authority's own words that are kept, and travel to a page. */
const MAX_REASON_LENGTH = 300;
/** Milliseconds for a CRL: nobody's card waits for it, and a hundred thousand entries take seconds. */
const CRL_LIMIT = 60 * 1000;
/** Control characters, and invisible ones that change the direction of writing. They have no place in what a person reads. */
const UNSEEN = /[\p{Cc}\p{Cf}]+/gu;
/** Halves of surrogate pairs, which no database takes. */
const HALVES = /\p{Cs}/gu;

/**
 * An authority that answers in time or counts as unreachable, and whose errors are of the catalogue: an error with the code
 * `CA_REFUSED` becomes that one, with its message as the reason, bounded and without control characters; `CA_UNAVAILABLE`
 * likewise. Any other is a defect of the connector.
 *
 * @param limit milliseconds for one certificate
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

/** By their codes, not their class: a connector need not know the classes of this program. */
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
