import tls from 'node:tls';
import { findingsOf, type Finding } from './finding.js';
import { shakeHands, type Handshake, type Offer, type Place, type Trust } from './handshake.js';

const { ok, warning, problem } = findingsOf('tls');

/**
 * What Apple's systems offer when they install a profile (App Transport Security, and support.apple.com/126655): TLS 1.2 or later with
 * forward secrecy and AES-GCM. Certificates of any length are let in here, because they are judged by themselves.
 */
const APPLE: Offer = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES128-GCM-SHA256',
    '@SECLEVEL=0',
  ].join(':'),
};
/** To learn what a server has instead. */
const ANYTHING: Offer = { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' };

export interface Transport {
  readonly findings: readonly Finding[];
  /** Null where there is no TLS at all. */
  readonly handshake: Handshake | null;
  /** Whether its certificate leads to a root that everyone has. */
  readonly isTrustedByAll: boolean;
}

const NETWORK = {
  ENOTFOUND: ['The name has no address, as seen from this computer.', 'Add it to the DNS.'],
  EAI_AGAIN: ['The name could not be looked up.', 'Check the DNS of this computer.'],
  ECONNREFUSED: ['Nothing listens at the public address.', 'Start the portal, and the proxy in front of it.'],
  ECONNRESET: ['The connection was closed before TLS began.', 'Check that the port is one for https.'],
  EPROTO: ['What answers there does not speak TLS.', 'Check that the port is one for https.'],
} as const;

const isOfNetwork = (code: string): code is keyof typeof NETWORK => Object.hasOwn(NETWORK, code);

/** Whether a phone would connect, and if not, what the server has instead. */
export async function checkTransport(
  place: Place,
  { everyone = tls.rootCertificates, ours }: Trust,
): Promise<Transport> {
  const asApple = await attempt(place, APPLE, everyone);
  if (asApple instanceof Error) {
    const otherwise = await attempt(place, ANYTHING, everyone);
    if (otherwise instanceof Error)
      return { findings: [unreachable(otherwise)], handshake: null, isTrustedByAll: false };
    return { findings: [unfit(otherwise)], ...(await trusted(place, ANYTHING, otherwise, ours)) };
  }
  const { protocol, cipher } = asApple;
  const finding =
    protocol === 'TLSv1.3'
      ? ok(`TLS 1.3 with ${cipher}.`)
      : warning(
          `TLS 1.2 with ${cipher}; for it Apple also asks for the extended master secret (RFC 7627), which cannot be seen from here.`,
          'Switch TLS 1.3 on.',
        );
  return { findings: [finding], ...(await trusted(place, APPLE, asApple, ours)) };
}

/** A root of this computer counts too, but phones do not have it. */
async function trusted(
  place: Place,
  offer: Offer,
  handshake: Handshake,
  ours: readonly string[] | undefined,
): Promise<Pick<Transport, 'handshake' | 'isTrustedByAll'>> {
  if (handshake.distrust === null) return { handshake, isTrustedByAll: true };
  const here = await attempt(place, offer, ours);
  return { handshake: here instanceof Error ? handshake : here, isTrustedByAll: false };
}

const attempt = (place: Place, offer: Offer, roots: readonly string[] | undefined): Promise<Handshake | Error> =>
  shakeHands(place, offer, roots).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );

function unreachable(error: Error): Finding {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (!isOfNetwork(code)) return problem(`No connection: ${error.message}.`, 'Check the network and the proxy.');
  const [text, advice] = NETWORK[code];
  return problem(text, advice);
}

function unfit({ protocol, cipher }: Handshake): Finding {
  const version = protocol.replace('TLSv', 'TLS ').replace(/^TLS 1$/, 'TLS 1.0');
  return protocol === 'TLSv1' || protocol === 'TLSv1.1'
    ? problem(`The server has only ${version}.`, 'Switch TLS 1.3 on, or at least TLS 1.2.')
    : problem(
        `The server chose ${cipher}, and none of the cipher suites that phones take.`,
        'Switch ECDHE with AES-GCM on: ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-GCM-SHA256, or TLS 1.3.',
      );
}
