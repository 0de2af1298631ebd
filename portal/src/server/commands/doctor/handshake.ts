import { isIP } from 'node:net';
import tls from 'node:tls';
import { readCertificate, type CertificateFacts } from './certificate-facts.js';

/** Maximum number of milliseconds for which a server may be silent during a handshake. */
const TIMEOUT = 10_000;

/** Trusted root certificates in PEM. */
export interface Trust {
  /** Roots that every client trusts. By default, the roots that come with Node.js are used. */
  readonly everyone?: readonly string[];
  /** Additional roots of this computer. By default, the roots in NODE_EXTRA_CA_CERTS are used. */
  readonly ours?: readonly string[];
}

/** A client's offer in a handshake. */
export interface Offer {
  readonly minVersion: tls.SecureVersion;
  /** OpenSSL's list of ciphers. */
  readonly ciphers: string;
}

/** The choices of a server in a handshake, and its certificates. */
export interface Handshake {
  /** Version of the protocol, as in `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: string;
  /** Certificates that the server sent: its own first, then each issuer. */
  readonly chain: readonly CertificateFacts[];
  /** OpenSSL's name of the reason why the chain is not trusted; null if the chain is trusted. */
  readonly distrust: string | null;
  /** The reason why the certificate is not valid for the host; null if the certificate is valid for the host. */
  readonly otherHost: string | null;
}

export interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * Performs a TLS handshake with a server. Also succeeds if the certificate of the server is not trusted or is for another host.
 *
 * @param roots trusted roots in PEM; if undefined, the roots of Node.js and of NODE_EXTRA_CA_CERTS are trusted
 * @throws Error as `node:net` and OpenSSL report it, or if the server is silent for `TIMEOUT`
 */
export function shakeHands(
  { host, port }: Place,
  offer: Offer,
  roots: readonly string[] | undefined,
): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host,
      port,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(roots ? { ca: [...roots] } : {}),
      ...offer,
      // The certificate is judged after the handshake.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      timeout: TIMEOUT,
    });
    socket.once('secureConnect', () => {
      resolve(readHandshake(socket, host));
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy(new Error(`no answer within ${TIMEOUT / 1000} seconds`)));
    socket.once('error', reject);
  });
}

function readHandshake(socket: tls.TLSSocket, host: string): Handshake {
  const shown = socket.getPeerCertificate(true);
  const { authorizationError: error } = socket;
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().name,
    chain: readChain(shown),
    distrust: socket.authorized ? null : codeOf(error),
    otherHost: tls.checkServerIdentity(host, shown)?.message ?? null,
  };
}

/** Returns OpenSSL's name of an error. At run time the error is a string, although its type says otherwise. */
const codeOf = (error: unknown): string => (typeof error === 'string' ? error : String(error));

function readChain(first: tls.DetailedPeerCertificate): CertificateFacts[] {
  const seen = new Map<string, CertificateFacts>();
  for (let one: Shown = first; one && !seen.has(one.fingerprint256); one = issuerOf(one)) {
    const facts = readCertificate(one.raw);
    if (!facts) break;
    seen.set(one.fingerprint256, facts);
  }
  return [...seen.values()];
}

type Shown = tls.DetailedPeerCertificate | undefined;

/**
 * Returns the certificate of the issuer. At the end of a chain, Node.js has the certificate itself or undefined in this place, although the type
 * does not say so.
 */
const issuerOf = ({ issuerCertificate }: tls.DetailedPeerCertificate): Shown => issuerCertificate;
