import tls from 'node:tls';
import { ConnectionFailure, orFailure } from './connection-failure.js';
import { findingsOf, type Finding } from '../../findings/finding.js';
import { shakeHands, type Handshake, type Offer, type Place, type Trust } from './handshake.js';

const { ok, warning, problem } = findingsOf('tls');

/**
 * The offer of Apple's systems when they install a profile (App Transport Security, and support.apple.com/126655): TLS 1.3, or TLS
 * 1.2 with forward secrecy and AES-GCM. OpenSSL's limit for the length of keys is off (`@SECLEVEL=0`), because certificates are
 * judged separately.
 */
const APPLE: Offer = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_AES_128_GCM_SHA256',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES128-GCM-SHA256',
    '@SECLEVEL=0',
  ].join(':'),
};
/** An offer of everything that OpenSSL has, to learn what the server supports instead. */
const ANYTHING: Offer = { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' };

export interface Transport {
  readonly findings: readonly Finding[];
  /** Result of the handshake; null if no handshake succeeded. */
  readonly handshake: Handshake | null;
  /** Set if the chain leads to a root that every client trusts. */
  readonly isTrustedByAll: boolean;
}

type Words = readonly [text: (place: string) => string, advice: string];

const NOT_TLS: Words = [(place) => `What answers at ${place} speaks no TLS.`, 'Check that the port is one for https.'];
const NETWORK: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['ENOTFOUND', [(place) => `The name of ${place} is in no DNS that this computer asks.`, 'Add it to the DNS.']],
  ['EAI_AGAIN', [(place) => `The name of ${place} could not be looked up.`, 'Check the DNS of this computer.']],
  ['ECONNREFUSED', [(place) => `Nothing listens at ${place}.`, 'Start the portal, and the proxy in front of it.']],
  ['ECONNRESET', NOT_TLS],
  ['EPROTO', NOT_TLS],
  ['ERR_SSL_WRONG_VERSION_NUMBER', NOT_TLS],
]);

/** Checks that a phone could connect by TLS. If a phone could not connect, reports what the server supports instead. */
export async function checkTransport(
  place: Place,
  { everyone = tls.rootCertificates, ours }: Trust,
): Promise<Transport> {
  const here = ours && [...everyone, ...ours];
  const asApple = await orFailure(shakeHands(place, APPLE, everyone));
  if (asApple instanceof ConnectionFailure) {
    const otherwise = await orFailure(shakeHands(place, ANYTHING, everyone));
    if (otherwise instanceof ConnectionFailure)
      return { findings: [unreachable(place, otherwise)], handshake: null, isTrustedByAll: false };
    return { findings: [unfit(otherwise)], ...(await trusted(place, ANYTHING, otherwise, here)) };
  }
  const { protocol, cipher } = asApple;
  const finding =
    protocol === 'TLSv1.3'
      ? ok(`TLS 1.3 with ${cipher}.`)
      : warning(
          `TLS 1.2 with ${cipher}; for it Apple also asks for the extended master secret (RFC 7627), which cannot be seen from here.`,
          'Switch TLS 1.3 on.',
        );
  return { findings: [finding], ...(await trusted(place, APPLE, asApple, here)) };
}

/**
 * Returns the handshake if its chain leads to a public root. If not, repeats the handshake with the additional roots of this computer, which
 * phones do not have, and returns the second handshake, or the first if the second fails.
 */
async function trusted(
  place: Place,
  offer: Offer,
  handshake: Handshake,
  roots: readonly string[] | undefined,
): Promise<Pick<Transport, 'handshake' | 'isTrustedByAll'>> {
  if (handshake.distrust === null) return { handshake, isTrustedByAll: true };
  const again = await orFailure(shakeHands(place, offer, roots));
  return { handshake: again instanceof ConnectionFailure ? handshake : again, isTrustedByAll: false };
}

function unreachable({ host, port }: Place, { code, message }: ConnectionFailure): Finding {
  const place = `${host}:${port}`;
  const words = NETWORK.get(code);
  if (!words) return problem(`No connection to ${place}: ${message.trim()}.`, 'Check the network and the proxy.');
  const [text, advice] = words;
  return problem(text(place), advice);
}

function unfit({ protocol, cipher }: Handshake): Finding {
  const version = protocol.replace('TLSv', 'TLS ').replace(/^TLS 1$/, 'TLS 1.0');
  return protocol === 'TLSv1' || protocol === 'TLSv1.1'
    ? problem(`The server has only ${version}.`, 'Switch TLS 1.3 on, or at least TLS 1.2.')
    : problem(
        `The server chose ${cipher}, and none of the cipher suites that mobile devices take.`,
        'Switch ECDHE with AES-GCM on: ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-GCM-SHA256, or TLS 1.3.',
      );
}
