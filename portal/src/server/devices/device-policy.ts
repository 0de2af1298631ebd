import { KEY_ALGORITHMS, SLOTS, managementKeyAlgorithm, pinRules, text } from '@cardwright/protocol';
import * as v from 'valibot';

/** PEM certificates of a vendor. */
const vendorCertificates = v.pipe(
  v.array(v.pipe(text(8000), v.startsWith('-----BEGIN CERTIFICATE-----'))),
  v.maxLength(16),
);

const slotAlgorithm = v.optional(v.picklist(KEY_ALGORITHMS));

/** What a device of one model shall become. Editable by an operator; holds nothing secret. */
export const devicePolicy = v.strictObject({
  modelName: text(80),
  /** The slots that get a key and a certificate, each with its algorithm. */
  slots: v.pipe(
    v.strictObject({ '9A': slotAlgorithm, '9C': slotAlgorithm, '9D': slotAlgorithm, '9E': slotAlgorithm }),
    v.check((slots) => SLOTS.some((slot) => slots[slot]), 'expected at least one slot'),
  ),
  /** Of the factory key, and of the new key where the card can change it. */
  managementKeyAlgorithm,
  /** Whether a card that cannot change its management key is issued with the configured one, or refused. */
  acceptFixedManagementKey: v.boolean(),
  /** Whether a device that cannot prove its keys is refused. */
  requireAttestation: v.boolean(),
  /** Anchors: self-signed authorities. */
  attestationRoots: vendorCertificates,
  /** The levels between root and card that the card does not hold. None is ever an anchor. */
  attestationIntermediates: v.optional(vendorCertificates, []),
  /** What becomes of 9D on a card whose key there can neither sign nor attest. */
  keyManagementCannotSign: v.picklist(['refuse', 'leave-out']),
  /** Whether a used device whose model can be reset may be erased and issued. */
  reset: v.optional(v.picklist(['allow', 'refuse']), 'allow'),
  certificateDays: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650)),
  pinRules,
});
export type DevicePolicy = v.InferOutput<typeof devicePolicy>;

/** What a card of the model has when it leaves the factory. */
export const factorySecrets = v.strictObject({
  pin: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{6,8}$/)),
  puk: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{8}$/)),
  /** Hexadecimal. */
  managementKey: v.pipe(v.string(), v.regex(/^([0-9a-fA-F]{2}){16,32}$/)),
});
export type FactorySecrets = v.InferOutput<typeof factorySecrets>;

/** A file of policies, by the key of the model. */
export const seedPolicies = v.record(
  v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/)),
  v.strictObject({ policy: devicePolicy, factory: factorySecrets }),
);
export type SeedPolicies = v.InferOutput<typeof seedPolicies>;
