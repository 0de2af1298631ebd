import { isIP } from 'node:net';
import type { PublicJwkSet } from '@cardwright/protocol/schemas';
import { findingsOf, type Finding } from '../../findings/finding.js';
import type { Trust } from './handshake.js';
import { reachabilitySkipped, checkReachability } from './reachability.js';
import { checkServerCertificate } from './server-certificate.js';
import { checkTransport } from './transport.js';

const { ok, warning, problem } = findingsOf('address');

const HTTPS = 443;
const ADVICE = 'Set CARDWRIGHT_ORIGIN to the address of the portal, as in https://portal.example.com.';

export interface AddressQuestion {
  /** The configured origin; null if no origin is configured, so that the portal is at http://localhost. */
  readonly origin: string | null;
  /** Set if phones must reach the portal. */
  readonly isForPhones: boolean;
  /** The public keys that the portal publishes; null if the keys are unknown. */
  readonly keys: PublicJwkSet | null;
  readonly trust: Trust;
  readonly now: Date;
}

/**
 * Checks the public address from this computer: the TLS and the certificate of the server at this address, and that this portal answers. Judges
 * TLS and certificate by a phone's requirements.
 */
export async function checkPublicAddress({
  origin,
  isForPhones,
  keys,
  trust,
  now,
}: AddressQuestion): Promise<Finding[]> {
  if (origin === null)
    return [
      (isForPhones ? problem : warning)('The portal has no public address: it is at http://localhost alone.', ADVICE),
      reachabilitySkipped('Not checked, because there is no public address.'),
    ];
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (protocol !== 'https:') {
    const text = `${origin} is not https${isForPhones ? ', and mobile devices install no profile from it' : ''}.`;
    const isLocal = host === 'localhost' && !isForPhones;
    return [
      isLocal ? ok(`The portal is at ${origin}, for this computer alone.`) : problem(text, ADVICE),
      ...(await checkReachability(origin, keys, { areForPhones: isForPhones })),
    ];
  }
  const place = { host, port: port === '' ? HTTPS : Number(port) };
  const { handshake, findings, isTrustedByAll } = await checkTransport(place, trust);
  if (!handshake)
    return [judgeHost(origin, host), ...findings, reachabilitySkipped('Not checked, because there is no connection.')];
  return [
    judgeHost(origin, host),
    ...findings,
    ...checkServerCertificate(host, handshake, { isTrustedByAll, now }),
    ...(await checkReachability(origin, keys, { areForPhones: isForPhones })),
  ];
}

const judgeHost = (origin: string, host: string): Finding =>
  isIP(host) === 0
    ? ok(`The portal is at ${origin}.`)
    : warning(`${origin} is an IP address; public authorities issue few certificates for one.`, 'Use a name.');
