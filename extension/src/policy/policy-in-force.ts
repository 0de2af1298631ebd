import type { HelpDesk, HostPolicy } from '@cardwright/protocol/policy';
import {
  describeSettings,
  type ForeignRelyingParty,
  type GrantClass,
  type Policy,
  type SiteKeys,
} from '@cardwright/protocol/settings';
import type { PolicyRule } from '../site-rule.js';
import { readPolicy } from './read-policy.js';

/** The administrator's policy on one site. */
export interface SitePolicy {
  readonly verdict: 'granted' | 'blocked' | 'silent';
  /** The rule that decided; null if policy leaves the decision to the user. */
  readonly rule: PolicyRule | null;
  /** Classes that policy grants to the site. The user is not asked for more. */
  readonly classes: readonly GrantClass[];
  readonly keys: SiteKeys;
  /** Other relying parties for which the site may let passkeys be registered. Only the administrator can name them. */
  readonly relyingParties: readonly ForeignRelyingParty[];
}

/** Reads the administrator's policy for one origin. */
export async function policyFor(origin: string): Promise<SitePolicy> {
  return judgeSite((await readPolicy()).policy, origin);
}

/** Applies a policy to one origin. */
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

/** Returns the sites that policy grants access, with their classes. */
export async function sitesOfPolicy(): Promise<[origin: string, classes: readonly GrantClass[]][]> {
  const { policy } = await readPolicy();
  return [...policy.allowedSites.sites.keys()]
    .map((origin) => [origin, judgeSite(policy, origin)] as const)
    .filter(([, { verdict }]) => verdict === 'granted')
    .map(([origin, { classes }]) => [origin, classes]);
}

/** Returns the part of the policy that the host must obey; null if the policy has no such part. */
export function hostPolicyOf({ allowedDevices, pinRules, logLevel }: Policy): HostPolicy | null {
  if (allowedDevices === null && pinRules === null && logLevel === null) return null;
  return { allowedDevices: allowedDevices && [...allowedDevices], pinRules, logLevel };
}

/** Returns the help desk that the administrator names; an object without members if the administrator names no help desk. */
export const helpDeskOfPolicy = async (): Promise<HelpDesk> => (await readPolicy()).policy.support;

/**
 * Returns the names of the policy's unreadable parts and unknown settings. An unreadable part is treated as the strictest value that it
 * can mean.
 */
export const unreadableInPolicy = async (): Promise<readonly string[]> => (await readPolicy()).unreadable;

/** Returns the whole policy as a support file shows it; null if the administrator has set nothing. Of a site's keys only the ids are shown. */
export async function describePolicy(): Promise<Record<string, unknown> | null> {
  const read = await readPolicy();
  return read.keys.length === 0 && read.unreadable.length === 0 ? null : describeSettings(read);
}
