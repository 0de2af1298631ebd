import * as v from 'valibot';
import { policySeeds, type SeedPolicies } from './device-policy.js';

/** The values that Yubico's cards and most plain PIV cards leave their factory with. */
const usualFactory = {
  confidential: false,
  pin: '123456',
  puk: '12345678',
  managementKey: '010203040506070801020304050607080102030405060708',
};

const usualPolicy = {
  slots: { '9A': 'P-256', '9C': 'P-256', '9D': 'RSA-2048', '9E': 'P-256' },
  attestationRoots: [],
  attestationIntermediates: [],
  keyManagementCannotSign: 'refuse',
  reset: 'allow',
  certificateDays: 1095,
  pinRules: { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true },
};

/**
 * Returns the policies to begin with, by model. They trust no vendor yet: a YubiKey is refused until its vendor's certificates are in its policy,
 * and a plain PIV card is on hold until an operator approves it. Each call returns a copy, which you can change.
 *
 * @example
 * await seedPolicies(store, standardPolicies());
 */
export const standardPolicies = (): SeedPolicies =>
  v.parse(policySeeds, {
    yubikey: {
      policy: {
        ...usualPolicy,
        managementKeyAlgorithm: 'AES-192',
        olderManagementKeyAlgorithms: [{ before: '5.4.2', algorithm: '3DES' }],
        factoryKeyAlgorithms: [
          { from: '0', algorithm: '3DES' },
          { from: '5.7', algorithm: 'AES-192' },
        ],
        acceptFixedManagementKey: false,
        unprovenKeys: 'refuse',
      },
      factory: usualFactory,
    },
    piv: {
      policy: {
        ...usualPolicy,
        managementKeyAlgorithm: '3DES',
        factoryKeyAlgorithms: [{ from: '0', algorithm: '3DES' }],
        acceptFixedManagementKey: true,
        unprovenKeys: 'supervised',
      },
      factory: usualFactory,
    },
  });
