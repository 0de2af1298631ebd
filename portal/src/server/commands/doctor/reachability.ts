import { randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { PublicJwkSet } from '@cardwright/protocol/schemas';
import { ask, type Reply } from './ask.js';
import { ConnectionFailure, orFailure } from './connection-failure.js';
import { findingsOf, type Finding } from '../../findings/finding.js';

const { ok, problem, skipped } = findingsOf('reachability');

/** Capabilities that a phone needs to enrol (RFC 8894, 3.5.2). */
const NEEDED = ['AES', 'POSTPKIOperation', 'SHA-256'] as const;
const PROXY = 'Have the proxy pass this path on to the portal as it is.';
/** Statuses of a proxy that gets no answer of the portal (RFC 9110, 15.6.3 to 15.6.5). */
const NO_ANSWER = [502, 503, 504];

/**
 * Checks that this portal answers at its public address, and at the addresses for phones if `areForPhones` is set. The requests change nothing,
 * because the link and the SCEP address in them are made up and belong to no enrolment.
 *
 * @param keys the public keys that this portal publishes; null if the keys are unknown
 */
export async function checkReachability(
  origin: string,
  keys: PublicJwkSet | null,
  options: { readonly areForPhones: boolean },
): Promise<Finding[]> {
  const portal = await checkPortal(origin, keys);
  // If another server answers at the public address, its answers at the addresses for phones would say nothing.
  if (!options.areForPhones || portal.outcome !== 'ok') return [portal];
  return [portal, await checkLinkPage(origin), await checkScep(origin)];
}

async function checkPortal(origin: string, keys: PublicJwkSet | null): Promise<Finding> {
  const path = '/.well-known/cardwright';
  const reply = await tryToAsk(origin, path);
  if (reply instanceof ConnectionFailure)
    return problem(`${origin} does not answer: ${reply.message}.`, 'Start the portal, and the proxy in front of it.');
  if (NO_ANSWER.includes(reply.status))
    return problem(
      `The proxy gets no answer of the portal${told(reply)}.`,
      'Start the portal, and have the proxy ask the address and port on which it listens.',
    );
  const published = reply.status === 200 ? parse(reply.body) : undefined;
  if (published === undefined) return problem(`${path} is not answered by a portal${told(reply)}.`, PROXY);
  if (keys === null) return ok('A portal answers at the public address.');
  return isDeepStrictEqual(published, parse(JSON.stringify(keys)))
    ? ok('This portal answers at the public address.')
    : problem(
        'Another portal answers at the public address: its keys are not those of this configuration.',
        'Check CARDWRIGHT_ORIGIN, CARDWRIGHT_DATA and CARDWRIGHT_KEYS, and where the proxy sends requests.',
      );
}

async function checkLinkPage(origin: string): Promise<Finding> {
  const reply = await tryToAsk(origin, `/mobile/enrol/${randomBytes(16).toString('base64url')}`);
  if (reply instanceof ConnectionFailure) return problem(`/mobile does not answer: ${reply.message}.`, PROXY);
  return reply.contentType === 'text/html' && [200, 404, 410].includes(reply.status)
    ? ok('/mobile answers a link with its page.')
    : problem(`/mobile does not answer a link with a page${told(reply)}.`, PROXY);
}

async function checkScep(origin: string): Promise<Finding> {
  const reply = await tryToAsk(origin, `/mobile/scep/${randomUUID()}?operation=GetCACaps`);
  if (reply instanceof ConnectionFailure) return problem(`The SCEP address does not answer: ${reply.message}.`, PROXY);
  const capabilities = reply.status === 200 ? reply.body.split(/\r?\n/).map((line) => line.trim()) : [];
  const missing = NEEDED.filter((one) => !capabilities.includes(one));
  return missing.length === 0
    ? ok('The SCEP address answers GetCACaps.')
    : problem(`The SCEP address does not answer GetCACaps as a mobile device needs it${told(reply)}.`, PROXY);
}

export const reachabilitySkipped = (why: string): Finding => skipped(why);

const tryToAsk = (origin: string, path: string): Promise<Reply | ConnectionFailure> =>
  orFailure(ask(new URL(path, origin)));

const told = ({ status, location }: Reply): string =>
  location === null ? ` (status ${status})` : ` (status ${status}, sent on to ${location})`;

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // An answer that is not JSON does not come from a portal.
    return undefined;
  }
}
