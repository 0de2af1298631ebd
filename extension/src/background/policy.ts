import type { HelpDesk, HostPolicy } from '@cardwright/protocol';
import type { GrantClass } from '../grant-class.js';
import { readPolicy } from '../policy/read-policy.js';
import { describeSettings, type Policy } from '../policy/settings.js';
import type { ForeignRelyingParty, SiteKeys } from '../policy/site-settings.js';
import type { PolicyRule } from '../site-rule.js';

/** What the administrator says of one site. */
export interface SitePolicy {
  readonly verdict: 'granted' | 'blocked' | 'silent';
  /** Which setting decided; null where policy is silent. */
  readonly rule: PolicyRule | null;
  /** Of a granted site; the user is then not asked for more. */
  readonly classes: readonly GrantClass[];
  readonly keys: SiteKeys;
  /** For whom, besides itself, the site may have passkeys registered. Nobody but the administrator can add one. */
  readonly relyingParties: readonly ForeignRelyingParty[];
}

/** Reads the administrator's policy for one origin. */
export async function policyFor(origin: string): Promise<SitePolicy> {
  return judgeSite((await readPolicy()).policy, origin);
}

/** What a policy says of one origin. */
export function judgeSite(policy: Policy, origin: string): SitePolicy {
  const facts = {
    keys: policy.siteKeys.sites.get(origin) ?? (policy.siteKeys.isReadable ? null : ('invalid' as const)),
    relyingParties: policy.foreignRelyingParties.get(origin) ?? [],
  };
  const blocked = (rule: PolicyRule): SitePolicy => ({ verdict: 'blocked', rule, classes: [], ...facts });
  const { blockedSites, allowedSites } = policy;
  const named = allowedSites.sites.get(origin);
  if (blockedSites.origins.has(origin)) return blocked('blockedSites');
  if (named === 'unreadable') return blocked('unreadable');
  if (named !== undefined) return { verdict: 'granted', rule: 'allowedSites', classes: named, ...facts };
  if (!allowedSites.isReadable || !blockedSites.isReadable) return blocked('unreadable');
  if (blockedSites.unlisted) return blocked('unlisted');
  return { verdict: 'silent', rule: null, classes: [], ...facts };
}

/** The sites that policy grants, with their classes. */
export async function sitesOfPolicy(): Promise<[origin: string, classes: readonly GrantClass[]][]> {
  const { policy } = await readPolicy();
  return [...policy.allowedSites.sites.keys()]
    .map((origin) => [origin, judgeSite(policy, origin)] as const)
    .filter(([, { verdict }]) => verdict === 'granted')
    .map(([origin, { classes }]) => [origin, classes]);
}

/** What the administrator demands of the host; null where that is nothing. */
export function hostPolicyOf({ allowedDevices, pinRules, logLevel }: Policy): HostPolicy | null {
  if (allowedDevices === null && pinRules === null && logLevel === null) return null;
  return { allowedDevices: allowedDevices && [...allowedDevices], pinRules, logLevel };
}

/** Whom the administrator tells users to ask. */
export const helpDeskOfPolicy = async (): Promise<HelpDesk> => (await readPolicy()).policy.support;

/** What of the policy cannot be read, and so counts as the strictest that it can mean. */
export const unreadableInPolicy = async (): Promise<readonly string[]> => (await readPolicy()).unreadable;

/** All that policy says, for a support file: of keys only their ids. Null where there is none. */
export async function describePolicy(): Promise<Record<string, unknown> | null> {
  const read = await readPolicy();
  return read.keys.length === 0 && read.unreadable.length === 0 ? null : describeSettings(read);
}
