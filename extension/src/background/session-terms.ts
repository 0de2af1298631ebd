import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { PRODUCT_VERSION, isAtLeast } from '@cardwright/protocol/identity';
import type { ProtocolRange } from '@cardwright/protocol/messages';
import { POLICY_CAPABILITY, type HostPolicy } from '@cardwright/protocol/policy';
import { readPolicy } from '../policy/read-policy.js';
import type { SiteKeys } from '@cardwright/protocol/settings';
import { hostPolicyOf, judgeSite } from '../policy/policy-in-force.js';

/** The administrator's policy under which a session was opened. The session ends if any of these members changes. */
export interface SessionTerms {
  readonly keys: SiteKeys;
  /** Origins of the relying parties, other than the site itself, that policy allows. */
  readonly relyingParties: readonly string[];
  /** The policy that the host must obey; null if policy demands nothing of the host. */
  readonly host: HostPolicy | null;
}

/** The oldest versions that the administrator allows; null if any version is allowed. */
export interface MinimumVersions {
  readonly extension: string | null;
  readonly host: string | null;
}

/** Reads the terms and the minimum versions for a site. */
export async function readTerms(origin: string): Promise<{ terms: SessionTerms; minimum: MinimumVersions }> {
  const { policy } = await readPolicy();
  const { keys, relyingParties } = judgeSite(policy, origin);
  return {
    terms: { keys, relyingParties: relyingParties.map((one) => one.origin), host: hostPolicyOf(policy) },
    minimum: { extension: policy.minimumExtensionVersion, host: policy.minimumHostVersion },
  };
}

/**
 * Checks that the terms are still the terms under which the session was opened.
 *
 * @throws CardwrightError `POLICY_CHANGED`
 */
export function requireUnchanged(before: SessionTerms, now: SessionTerms): void {
  if (JSON.stringify(before) !== JSON.stringify(now)) throw new CardwrightError('POLICY_CHANGED');
}

/** Lowest protocol version in which `VERSION_MISMATCH` may contain product versions. An older sdk could not read them. */
const TELLS_VERSIONS = { major: 3, minor: 1 };

/**
 * Checks the versions of the extension and the host against the minimum versions in policy.
 *
 * @param host version of the host; null before the host has reported it
 * @param page protocol versions that the page speaks
 * @throws CardwrightError `VERSION_MISMATCH` with the part to update: the extension or the host
 */
export function requireVersions(minimum: MinimumVersions, host: string | null, page: ProtocolRange): void {
  requireVersion('extension', PRODUCT_VERSION, minimum.extension, page);
  if (host !== null) requireVersion('host', host, minimum.host, page);
}

function requireVersion(
  update: 'extension' | 'host',
  installed: string,
  minimum: string | null,
  page: ProtocolRange,
): void {
  if (minimum === null || isAtLeast(installed, minimum)) return;
  throw new CardwrightError('VERSION_MISMATCH', { update, ...(mayTellVersions(page) && { installed, minimum }) });
}

/** True if a page's sdk can read product versions in `VERSION_MISMATCH`. */
export function mayTellVersions({ max }: ProtocolRange): boolean {
  const { major, minor } = TELLS_VERSIONS;
  return max.major > major || (max.major === major && max.minor >= minor);
}

/**
 * Initialises a host under a policy. A host that is too old to know policies must not be used under a policy, because it would open
 * forbidden devices.
 *
 * @param initialize sends the request with the given members
 * @returns the answer, not yet validated
 * @throws CardwrightError `VERSION_MISMATCH` for a host that is too old, or an error of `initialize`
 */
export async function initializeUnder(
  policy: HostPolicy | null,
  initialize: (members: { policy?: HostPolicy }) => Promise<unknown>,
): Promise<unknown> {
  if (policy === null) return initialize({});
  try {
    return await initialize({ policy });
  } catch (error) {
    // The parameters follow the command table, so a host that refuses them is older than the table.
    throw isCardwrightError(error, 'INVALID_PARAMS')
      ? new CardwrightError('VERSION_MISMATCH', { update: 'host' })
      : error;
  }
}

/**
 * Checks that a host which received a policy has announced that it obeys policies.
 *
 * @throws CardwrightError `VERSION_MISMATCH`
 */
export function requireObedience(policy: HostPolicy | null, capabilities: readonly string[]): void {
  if (policy !== null && !capabilities.includes(POLICY_CAPABILITY)) {
    throw new CardwrightError('VERSION_MISMATCH', { update: 'host' });
  }
}
