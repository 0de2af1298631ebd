import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { withDeadline } from '../deadline.js';
import { readForeignCertificate } from '../keys/foreign-certificate.js';
import type { CertificationAuthority } from './certification-authority.js';

/** Maximum number of characters that are kept of an authority's message and sent to a page. */
const MAX_REASON_LENGTH = 300;
/** Milliseconds that an authority may take for a CRL. No card waits for a CRL, and signing a hundred thousand entries takes seconds. */
const CRL_LIMIT = 60 * 1000;
/** Control characters, and invisible format characters, such as those that change the direction of writing. Text for people needs neither. */
const UNSEEN = /[\p{Cc}\p{Cf}]+/gu;
/** Unpaired surrogates, which no database accepts. */
const HALVES = /\p{Cs}/gu;

/**
 * Wraps an authority. If the authority does not answer in time, the wrapper throws CardwrightError `CA_UNAVAILABLE`. An error whose `code` is
 * `CA_UNAVAILABLE` becomes that CardwrightError too. An error whose `code` is `CA_REFUSED` becomes CardwrightError `CA_REFUSED`. The reason of the
 * new error is the message of the original error (of a CardwrightError: its `reason`), shortened and without control characters. Any other error is a
 * defect of the code that calls the authority, and is thrown as it is.
 *
 * An authority whose own certificate has expired is not asked for certificates, because nobody could trust them (RFC 5280, 6.1.3): the wrapper throws
 * CardwrightError `CA_REFUSED`. Its CRL is still signed.
 *
 * @param limit milliseconds for one certificate; a CRL may take a minute
 * @example
 * const bounded = boundAuthority(authority, 10_000);
 */
export function boundAuthority(authority: CertificationAuthority, limit: number): CertificationAuthority {
  const late = (cause: unknown) => new CardwrightError('CA_UNAVAILABLE', {}, { cause });
  const bounded = async <T>(time: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await withDeadline(time, work, late);
    } catch (error) {
      throw translate(error);
    }
  };
  return {
    get certificate() {
      return authority.certificate;
    },
    get formerCertificates() {
      return authority.formerCertificates ?? [];
    },
    issue: (request) =>
      bounded(limit, async (signal) => {
        requireUnexpired(authority.certificate);
        return authority.issue(request, signal);
      }),
    signCrl: (request) => bounded(CRL_LIMIT, (signal) => authority.signCrl(request, signal)),
  };
}

/**
 * Requires that the certificate of an authority has not expired. A certificate that cannot be read is left to those who read it.
 *
 * @throws CardwrightError `CA_REFUSED`
 */
function requireUnexpired(certificate: Uint8Array): void {
  const end = endOf(certificate);
  if (end === undefined || Date.now() < end.getTime()) return;
  throw refusal(`The certificate of the certification authority expired on ${end.toISOString().slice(0, 10)}.`);
}

function endOf(certificate: Uint8Array): Date | undefined {
  try {
    return new Date(readForeignCertificate(certificate).validTo);
  } catch {
    // OpenSSL throws errors of many kinds for bytes that are no certificate.
    return undefined;
  }
}

/**
 * Converts an authority's error. Recognises errors by their codes, not their class, so that the code that calls an authority need not import the
 * classes of this package.
 */
function translate(error: unknown): unknown {
  if (isCardwrightError(error, 'CA_REFUSED')) return refusal(error.data.reason, error);
  if (isCardwrightError(error) || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'CA_UNAVAILABLE') return new CardwrightError('CA_UNAVAILABLE', {}, { cause: error });
  if (error.code !== 'CA_REFUSED') return error;
  return refusal(error.message, error);
}

function refusal(words: string, cause?: Error): CardwrightError {
  const readable = words.replace(UNSEEN, ' ').replace(HALVES, '\ufffd').trim();
  const reason = Array.from(readable).slice(0, MAX_REASON_LENGTH).join('');
  return new CardwrightError('CA_REFUSED', { reason }, { cause });
}
