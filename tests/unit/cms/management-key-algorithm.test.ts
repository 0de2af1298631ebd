import { readFileSync } from 'node:fs';
import { inRepository } from '@cardwright/stage';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { policySeeds } from '@cardwright/cms';
import { newAlgorithmOf, type DevicePolicy } from '@cardwright/cms/policies';

const { yubikey } = v.parse(
  policySeeds,
  JSON.parse(readFileSync(inRepository('portal/config/device-policies.json'), 'utf8')),
);

function policyWith(changes: Partial<DevicePolicy>): DevicePolicy {
  if (yubikey === undefined) throw new Error('the default policies name the YubiKey');
  return { ...yubikey.policy, ...changes };
}

describe('the algorithm of a new management key', () => {
  it.each([
    ['4.3.7', '3DES'],
    ['5.4.1', '3DES'],
    ['5.4.2', 'AES-192'],
    ['5.10.0', 'AES-192'],
  ])('of a YubiKey %s is %s by the policy of a new portal', (firmware, algorithm) => {
    expect(newAlgorithmOf(policyWith({}), { firmware, managementKey: null })).toBe(algorithm);
  });

  it('is the ordered one if the card reports no firmware, or the policy has no exception', () => {
    expect(newAlgorithmOf(policyWith({}), { firmware: null, managementKey: null })).toBe('AES-192');
    expect(
      newAlgorithmOf(policyWith({ olderManagementKeyAlgorithms: [] }), { firmware: '4.3.7', managementKey: null }),
    ).toBe('AES-192');
  });

  it.each(['AES-128', 'AES-192', 'AES-256'] as const)('stays %s where an old card reports it', (algorithm) => {
    const managementKey = { algorithm, isDefault: true };
    expect(newAlgorithmOf(policyWith({}), { firmware: '5.4.0', managementKey })).toBe(algorithm);
    // The policy decides where the firmware is no exception.
    expect(newAlgorithmOf(policyWith({}), { firmware: '5.7.2', managementKey })).toBe('AES-192');
  });

  it('is the substitute where an old card reports 3DES', () => {
    const managementKey = { algorithm: '3DES', isDefault: true } as const;
    expect(newAlgorithmOf(policyWith({}), { firmware: '5.4.0', managementKey })).toBe('3DES');
  });

  it('is that of the first exception that applies', () => {
    const older = [
      { before: '5', algorithm: '3DES' },
      { before: '5.4.2', algorithm: 'AES-128' },
    ] as const;
    const policy = policyWith({ olderManagementKeyAlgorithms: [...older] });
    expect(newAlgorithmOf(policy, { firmware: '4.3.7', managementKey: null })).toBe('3DES');
    expect(newAlgorithmOf(policy, { firmware: '5.2.4', managementKey: null })).toBe('AES-128');
  });
});
