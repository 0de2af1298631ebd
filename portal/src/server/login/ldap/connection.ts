import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely, type ConnectionOptions } from 'node:tls';
import { Client, ResultCodeError } from 'ldapts';
import { DirectoryAway, DirectoryMisfit } from './directory-errors.js';
import type { DirectorySettings } from './settings.js';

const SECOND = 1000;

/** Errors that say what happened. Any other one comes from the connection. */
const OWN_ERRORS = [ResultCodeError, DirectoryAway, DirectoryMisfit];

/**
 * Opens a connection over TLS, lets `work` use it, and closes it. If the connection ends before, nothing is sent on another one: the library would begin
 * it without TLS where StartTLS comes first, and after StartTLS it does not notice that the server is gone.
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
  const connection = new OneConnection();
  const client = new Client(
    protocol === 'ldaps:'
      ? { url, createSecureConnection: connection.open(() => connectSecurely({ ...tls, port: Number(port) || 636 })) }
      : {
          url,
          createConnection: connection.open(() => connect(Number(port) || 389, host)),
          createSecureConnection: ((options: ConnectionOptions) =>
            connection.watch(connectSecurely(options))) as typeof connectSecurely,
        },
  );
  const deadline = setTimeout(
    () => connection.end(new DirectoryAway(`The directory did not answer within ${timeout} seconds.`)),
    timeout * SECOND,
  );
  try {
    return await Promise.race([connection.ended, within(client, protocol === 'ldap:' ? tls : null, work)]);
  } catch (error) {
    if (OWN_ERRORS.some((one) => error instanceof one)) throw error;
    throw new DirectoryAway(error instanceof Error ? error.message : 'The directory cannot be reached.', {
      cause: error,
    });
  } finally {
    clearTimeout(deadline);
    connection.end(new DirectoryAway('The work is done.'));
  }
}

async function within<T>(
  client: Client,
  tls: ConnectionOptions | null,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  if (tls) await client.startTLS(tls);
  return work(client);
}

/** One connection of a client, with its sockets: the second one of StartTLS uses the first. */
class OneConnection {
  /** Never resolves. Rejects with the reason once the connection has ended. */
  readonly ended: Promise<never>;
  readonly #sockets: Socket[] = [];
  #fail: (reason: DirectoryAway) => void = () => undefined;

  constructor() {
    this.ended = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    // The end after the work is nobody's error.
    this.ended.catch(() => undefined);
  }

  /** Returns a function that opens the connection, and refuses to open another. */
  readonly open =
    <S extends Socket>(connected: () => S) =>
    (): S => {
      if (this.#sockets.length > 0) throw new DirectoryAway('The directory ended the connection.');
      return this.watch(connected());
    };

  watch<S extends Socket>(socket: S): S {
    this.#sockets.push(socket);
    socket.once('close', () => this.#fail(new DirectoryAway('The directory ended the connection.')));
    return socket;
  }

  end(reason: DirectoryAway): void {
    this.#fail(reason);
    // The one on top ends first: Node.js does not survive the other order.
    for (const socket of this.#sockets.toReversed()) socket.destroy();
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
