import { readFileSync } from 'node:fs';
import { memoryStore, policySeeds, seedPolicies, standardPolicies } from '@cardwright/cms';
import { listPolicies } from '@cardwright/cms/policies';
import { validate } from '@cardwright/protocol';
import { inRepository } from '@cardwright/stage';
import { describe, expect, it } from '@jest/globals';

describe('the standard policies', () => {
  it('are taken by a store, and trust no vendor', async () => {
    const store = await memoryStore();
    await seedPolicies(store, standardPolicies());
    const rows = await listPolicies(store);
    expect(rows.map(({ model }) => model).toSorted()).toEqual(Object.keys(standardPolicies()).toSorted());
    const policies = Object.values(standardPolicies()).map(({ policy }) => policy);
    expect(policies.flatMap(({ attestationRoots }) => attestationRoots)).toEqual([]);
    expect(policies.map(({ unprovenKeys }) => unprovenKeys)).not.toContain('allow');
  });

  it('are a copy for each caller', () => {
    for (const { policy } of Object.values(standardPolicies())) policy.slots['9A'] = 'P-384';
    for (const { policy } of Object.values(standardPolicies())) expect(policy.slots['9A']).toBe('P-256');
  });

  it('are what the file of the reference portal says', () => {
    const file = readFileSync(inRepository('portal', 'config', 'device-policies.json'), 'utf8');
    expect(validate(policySeeds, JSON.parse(file))).toEqual(standardPolicies());
  });
});
