import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely, type ConnectionOptions } from 'node:tls';
import { Client, ResultCodeError } from 'ldapts';
import { DirectoryAway, DirectoryMisfit } from './directory-errors.js';
import type { DirectorySettings } from './settings.js';

const SECOND = 1000;

/** Errors that say what happened. Any other one comes from the connection. */
const OWN_ERRORS = [ResultCodeError, DirectoryAway, DirectoryMisfit];

/**
 * Opens a connection over TLS, lets `work` use it, and closes it.
 *
 * @throws DirectoryAway; ResultCodeError and DirectoryMisfit of `work`
 */
export async function withConnection<T>(
  { url, ca, timeout }: Pick<DirectorySettings, 'url' | 'ca' | 'timeout'>,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const tls = tlsOptions(host, ca);
  const sockets: Socket[] = [];
  const opened =
    <S extends Socket>(open: () => S) =>
    (): S => {
      const socket = open();
      sockets.push(socket);
      return socket;
    };
  const client = new Client(
    protocol === 'ldaps:'
      ? { url, createSecureConnection: opened(() => connectSecurely({ ...tls, port: Number(port) || 636 })) }
      : { url, createConnection: opened(() => connect(Number(port) || 389, host)) },
  );
  let isOver = false;
  const deadline = setTimeout(() => {
    isOver = true;
    for (const socket of sockets) socket.destroy();
  }, timeout * SECOND);
  try {
    if (protocol === 'ldap:') await client.startTLS(tls);
    return await work(client);
  } catch (error) {
    if (isOver) throw new DirectoryAway(`The directory did not answer within ${timeout} seconds.`, { cause: error });
    if (OWN_ERRORS.some((one) => error instanceof one)) throw error;
    throw new DirectoryAway(error instanceof Error ? error.message : 'The directory cannot be reached.', {
      cause: error,
    });
  } finally {
    clearTimeout(deadline);
    for (const socket of sockets) socket.destroy();
  }
}

/** The server's certificate must be for the host of the address, which may be an IP address. */
const tlsOptions = (host: string, ca: string | undefined): ConnectionOptions => ({
  host,
  minVersion: 'TLSv1.2',
  ...(isIP(host) === 0 ? { servername: host } : {}),
  ...(ca === undefined ? {} : { ca }),
});

/**
 * Result codes (RFC 4511, appendix A.1) with which a directory refuses a person: constraintViolation (19, too many tries), invalidCredentials (49),
 * inappropriateAuthentication (48, no password), insufficientAccessRights (50) and unwillingToPerform (53, locked or expired).
 */
const REFUSALS: ReadonlySet<number> = new Set([19, 48, 49, 50, 53]);

/**
 * Resolves with true if a password is that of an entry, and the entry may sign in. An empty password is never right: a directory answers a bind
 * with a name and an empty password with success (RFC 4513, 5.1.2).
 *
 * @throws ResultCodeError with any other code
 */
export async function isBound(client: Client, dn: string, password: string): Promise<boolean> {
  if (password === '') return false;
  try {
    await client.bind(dn, password);
    return true;
  } catch (error) {
    if (error instanceof ResultCodeError && REFUSALS.has(error.code)) return false;
    throw error;
  }
}
