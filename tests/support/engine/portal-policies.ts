import { readFileSync } from 'node:fs';
import { policySeeds, type SeedPolicies } from '@cardwright/cms';
import type { DevicePolicy } from '@cardwright/cms/policies';
import { validate } from '@cardwright/protocol';

const POLICIES = new URL('../../../portal/config/device-policies.json', import.meta.url);

/**
 * Builds the device policies of a new portal, with changes.
 *
 * @param change returns the changes to a model's policy
 */
export function portalPolicies(change: (model: string) => Partial<DevicePolicy>): SeedPolicies {
  const seeds = validate(policySeeds, JSON.parse(readFileSync(POLICIES, 'utf8')));
  return Object.fromEntries(
    Object.entries(seeds).map(([model, { policy, factory }]) => [
      model,
      { policy: { ...policy, ...change(model) }, factory },
    ]),
  );
}
