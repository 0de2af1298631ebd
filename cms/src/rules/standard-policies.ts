import { CARD_KINDS, type FactoryKey } from '@cardwright/protocol/devices';
import type { DeviceModel } from '@cardwright/protocol/policy';
import * as v from 'valibot';
import { policySeeds, type SeedPolicies } from './device-policy.js';

/** The values that Yubico's cards and most plain PIV cards leave their factory with. */
const usualFactory = {
  confidential: false,
  pin: '123456',
  puk: '12345678',
  managementKey: '010203040506070801020304050607080102030405060708',
};

/** Algorithm of the key in `usualFactory` on cards that do not have a version. */
const USUAL_ALGORITHM = '3DES';

/** Returns the factory values of a model whose kinds of cards have different management keys. */
const factoryOf = (model: DeviceModel) => ({ ...usualFactory, otherManagementKeys: otherKeysOf(model) });

/** Lists each factory key of the model's kinds of cards once, without the usual one. */
function otherKeysOf(model: DeviceModel): readonly FactoryKey[] {
  const keys = CARD_KINDS.filter((kind) => kind.model === model).flatMap(({ factoryKeys }) => factoryKeys);
  const others = keys.filter(({ algorithm }) => algorithm !== USUAL_ALGORITHM);
  return [...new Map(others.map((key) => [key.algorithm, key])).values()];
}

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
 * and any other card is on hold until an operator approves it. Each call returns a copy, which you can change.
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
        // No older firmware signs a serial number.
        withoutSerialBefore: '5',
      },
      factory: usualFactory,
    },
    compatible: {
      policy: {
        ...usualPolicy,
        managementKeyAlgorithm: 'AES-256',
        factoryKeyAlgorithms: [{ from: '0', algorithm: USUAL_ALGORITHM }],
        acceptFixedManagementKey: false,
        unprovenKeys: 'supervised',
      },
      factory: factoryOf('compatible'),
    },
    piv: {
      policy: {
        ...usualPolicy,
        managementKeyAlgorithm: '3DES',
        factoryKeyAlgorithms: [{ from: '0', algorithm: '3DES' }],
        acceptFixedManagementKey: true,
        unprovenKeys: 'supervised',
      },
      factory: factoryOf('piv'),
    },
  });
