import { setTimeout as sleep } from 'node:timers/promises';
import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { CertificationAuthority } from './certification-authority.js';

/** Characters of an authority's own words that travel to a page. */
const MAX_REASON_LENGTH = 300;

/**
 * An authority that answers in time or counts as unreachable, and whose errors are of the catalogue: an error with the code
 * `CA_REFUSED` becomes that one, with its message as the reason; `CA_UNAVAILABLE` likewise. Any other is a defect of the
 * connector.
 *
 * @param limit milliseconds for one certificate or CRL
 */
export function boundAuthority(authority: CertificationAuthority, limit: number): CertificationAuthority {
  const bounded = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const overtime = new AbortController();
    const answered = new AbortController();
    const late = sleep(limit, undefined, { signal: answered.signal, ref: false }).then(() => {
      overtime.abort();
      throw new CardwrightError('CA_UNAVAILABLE');
    });
    try {
      return await Promise.race([work(overtime.signal), late]);
    } catch (error) {
      // Told to stop, a connector fails in its own way.
      throw overtime.signal.aborted ? new CardwrightError('CA_UNAVAILABLE', {}, { cause: error }) : translate(error);
    } finally {
      late.catch(() => undefined);
      answered.abort();
    }
  };
  return {
    certificate: authority.certificate,
    issue: (request) => bounded((signal) => authority.issue(request, signal)),
    signCrl: (number, revocations) => bounded((signal) => authority.signCrl(number, revocations, signal)),
  };
}

/** By their codes, not their class: a connector need not know this program's own. */
function translate(error: unknown): unknown {
  if (isCardwrightError(error) || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'CA_UNAVAILABLE') return new CardwrightError('CA_UNAVAILABLE', {}, { cause: error });
  if (error.code !== 'CA_REFUSED') return error;
  return new CardwrightError('CA_REFUSED', { reason: error.message.slice(0, MAX_REASON_LENGTH) }, { cause: error });
}
