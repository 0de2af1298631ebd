import {
  CardwrightError,
  POLICY_CAPABILITY,
  PRODUCT_VERSION,
  isAtLeast,
  isCardwrightError,
  type HostPolicy,
  type ProtocolRange,
} from '@cardwright/protocol';
import { readPolicy } from '../policy/read-policy.js';
import type { SiteKeys } from '../policy/site-settings.js';
import { hostPolicyOf, judgeSite } from './policy.js';

/** What the administrator's policy says that a session is opened under. It ends when any of it changes. */
export interface SessionTerms {
  readonly keys: SiteKeys;
  /** Origins of foreign relying parties. */
  readonly relyingParties: readonly string[];
  /** What the host is told; null where that is nothing. */
  readonly host: HostPolicy | null;
}

/** The oldest versions that the administrator allows; null: any. */
export interface MinimumVersions {
  readonly extension: string | null;
  readonly host: string | null;
}

/** Reads both for a site. */
export async function readTerms(origin: string): Promise<{ terms: SessionTerms; minimum: MinimumVersions }> {
  const { policy } = await readPolicy();
  const { keys, relyingParties } = judgeSite(policy, origin);
  return {
    terms: { keys, relyingParties: relyingParties.map((one) => one.origin), host: hostPolicyOf(policy) },
    minimum: { extension: policy.minimumExtensionVersion, host: policy.minimumHostVersion },
  };
}

/** @throws CardwrightError `POLICY_CHANGED` */
export function requireUnchanged(before: SessionTerms, now: SessionTerms): void {
  if (JSON.stringify(before) !== JSON.stringify(now)) throw new CardwrightError('POLICY_CHANGED');
}

/** Protocol from which on a `VERSION_MISMATCH` may tell versions: an older sdk could not read it. */
const TELLS_VERSIONS = { major: 3, minor: 1 };

/**
 * @param host version of the host; null before it has told it
 * @param page versions of the protocol that the page speaks
 * @throws CardwrightError `VERSION_MISMATCH` naming the extension or the host
 */
export function requireVersions(minimum: MinimumVersions, host: string | null, page: ProtocolRange): void {
  requireVersion('extension', PRODUCT_VERSION, minimum.extension, page);
  if (host !== null) requireVersion('host', host, minimum.host, page);
}

function requireVersion(
  update: 'extension' | 'host',
  installed: string,
  minimum: string | null,
  { max }: ProtocolRange,
): void {
  if (minimum === null || isAtLeast(installed, minimum)) return;
  const { major, minor } = TELLS_VERSIONS;
  const mayTell = max.major > major || (max.major === major && max.minor >= minor);
  throw new CardwrightError('VERSION_MISMATCH', { update, ...(mayTell && { installed, minimum }) });
}

/**
 * Initialises a host under a policy. One that does not know policies must not be used where there is one: it would open what is
 * forbidden.
 *
 * @param initialize sends the request, with the members given
 * @returns the answer as it came
 * @throws CardwrightError `VERSION_MISMATCH` of such a host
 */
export async function initializeUnder(
  policy: HostPolicy | null,
  initialize: (members: { policy?: HostPolicy }) => Promise<unknown>,
): Promise<unknown> {
  if (policy === null) return initialize({});
  try {
    return await initialize({ policy });
  } catch (error) {
    // What is sent was held against the table: it is the host that knows less.
    throw isCardwrightError(error, 'INVALID_PARAMS')
      ? new CardwrightError('VERSION_MISMATCH', { update: 'host' })
      : error;
  }
}

/** @throws CardwrightError `VERSION_MISMATCH` of a host that took a policy and does not say that it obeys */
export function requireObedience(policy: HostPolicy | null, capabilities: readonly string[]): void {
  if (policy !== null && !capabilities.includes(POLICY_CAPABILITY)) {
    throw new CardwrightError('VERSION_MISMATCH', { update: 'host' });
  }
}
