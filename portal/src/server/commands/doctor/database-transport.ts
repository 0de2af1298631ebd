import { isIPv4 } from 'node:net';
import { findingsOf, type Finding } from '../../findings/finding.js';

const { warning } = findingsOf('database');

/**
 * Returns a warning if a PostgreSQL server is on another computer, and its address does not demand TLS with a checked certificate. Without that,
 * whoever is between the two computers can read and change what is stored. The warning names the computer, and nothing else of the address.
 *
 * @param url address as in `DATABASE_URL`; one that cannot be read is reported elsewhere
 */
export function checkDatabaseTransport(url: string): Finding | null {
  if (!URL.canParse(url)) return null;
  const { hostname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  if (isHere(host) || searchParams.get('sslmode') === 'verify-full') return null;
  return warning(
    `PostgreSQL is on ${host}, and the connection need not be protected by TLS.`,
    'Add ?sslmode=verify-full to DATABASE_URL.',
  );
}

/** True for a socket of this computer, and for its own names and addresses. */
const isHere = (host: string): boolean =>
  host === '' ||
  host.startsWith('/') ||
  host === 'localhost' ||
  host === '[::1]' ||
  host === '::1' ||
  (isIPv4(host) && host.startsWith('127.'));
