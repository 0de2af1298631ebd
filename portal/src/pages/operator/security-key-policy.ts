import type { PasskeyPolicy } from '@cardwright/cms/policies';
import { PASSKEY_WAYS } from '@cardwright/protocol/passkeys';
import { models } from '@cardwright/words/en/dialogs/models';
import type { DevicePolicy, FactorySecrets, OfferedService } from '../api.js';

/** The model of devices that have a FIDO application and no smart card. */
export const SECURITY_KEY = 'fido2';

/** Passkey settings that the form shows if a policy has no passkey settings. */
export const USUAL_PASSKEYS: PasskeyPolicy = {
  services: [],
  ways: [...PASSKEY_WAYS],
  pin: 'separate',
  pinRules: { minLength: 6, forbidTrivial: true },
  unproved: 'accept',
  reset: 'allow',
};

/** Makes an initial policy for security keys, with a passkey at the first service. The members for smart cards have no effect. */
export const newSecurityKeyPolicy = (offered: readonly OfferedService[]): DevicePolicy => ({
  modelName: models.fido2,
  slots: {},
  passkeys: { ...USUAL_PASSKEYS, services: offered.slice(0, 1).map(({ name }) => name) },
  managementKeyAlgorithm: 'AES-192',
  olderManagementKeyAlgorithms: [],
  factoryKeyAlgorithms: [{ from: '0', algorithm: '3DES' }],
  acceptFixedManagementKey: false,
  unprovenKeys: 'supervised',
  withoutSerialBefore: null,
  attestationRoots: [],
  attestationIntermediates: [],
  keyManagementCannotSign: 'refuse',
  reset: 'allow',
  unlockNeedsCode: false,
  pinpad: 'never',
  certificateDays: 365,
  renewalDays: 30,
  renewedKeys: {},
  pinRules: { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true },
});

/**
 * Factory values for security keys. Security keys have no factory values, but the server requires values for each model, so these are the published
 * values of smart cards.
 */
export const NO_FACTORY_VALUES: FactorySecrets = {
  pin: '123456',
  puk: '12345678',
  confidential: false,
  managementKey: '0102030405060708'.repeat(3),
};
