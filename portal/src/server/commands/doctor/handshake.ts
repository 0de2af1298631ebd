import { isIP } from 'node:net';
import tls from 'node:tls';
import { readCertificate, type CertificateFacts } from './certificate-facts.js';

/** Milliseconds. */
const TIMEOUT = 10_000;

/** Roots that certificates may lead to, PEM. */
export interface Trust {
  /** Those that everyone has. Default: those that come with Node. */
  readonly everyone?: readonly string[];
  /** Those of this computer besides. Default: what NODE_EXTRA_CA_CERTS says. */
  readonly ours?: readonly string[];
}

/** What a client offers in a handshake. */
export interface Offer {
  readonly minVersion: tls.SecureVersion;
  /** In OpenSSL's words. */
  readonly ciphers: string;
}

/** What a server chose and showed. */
export interface Handshake {
  /** As in `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: string;
  /** The server's own certificate first. */
  readonly chain: readonly CertificateFacts[];
  /** Why it does not lead to one of the roots, as OpenSSL names it; null where it does. */
  readonly distrust: string | null;
  /** Why it is not for that host; null where it is. */
  readonly otherHost: string | null;
}

export interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * Shakes hands with a server, whatever its certificate is.
 *
 * @param roots PEM; undefined: those of Node and NODE_EXTRA_CA_CERTS
 * @throws Error as `node:net` and OpenSSL have it
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
      // All of it is judged afterwards.
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

/** At run time it is OpenSSL's name of the error. */
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

/** The last one names itself, or nothing. */
const issuerOf = ({ issuerCertificate }: tls.DetailedPeerCertificate): Shown => issuerCertificate;
