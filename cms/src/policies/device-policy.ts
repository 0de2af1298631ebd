import {
  KEY_ALGORITHMS,
  PASSKEY_WAYS,
  SLOTS,
  fidoPinRules,
  managementKeyAlgorithm,
  passkeyWay,
  pinRules,
  text,
} from '@cardwright/protocol';
import * as v from 'valibot';

/** PEM certificates of a vendor. */
const vendorCertificates = v.pipe(
  v.array(v.pipe(text(8000), v.startsWith('-----BEGIN CERTIFICATE-----'))),
  v.maxLength(16),
);

/** A firmware version, or its beginning, as in `5.4`. */
const firmwareVersion = v.pipe(v.string(), v.regex(/^\d{1,3}(\.\d{1,3}){0,2}$/));

const slotAlgorithm = v.optional(v.picklist(KEY_ALGORITHMS));

/** The passkeys that a device gets, and how. */
export const passkeyPolicy = v.strictObject({
  /** Names of the passkey services that the CMS is configured with; the device gets a passkey of each. */
  services: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/))),
    v.minLength(1),
    v.maxLength(4),
    v.check((services) => new Set(services).size === services.length, 'expected each service once'),
  ),
  /** The ways that may be taken, the best first; which of them can be, is seen when the device is there. */
  ways: v.optional(v.pipe(v.array(passkeyWay), v.minLength(1), v.maxLength(PASSKEY_WAYS.length)), [...PASSKEY_WAYS]),
  /** Whether the FIDO application has a PIN of its own or the device PIN. */
  pin: v.optional(v.picklist(['separate', 'shared']), 'separate'),
  /** What a FIDO PIN of its own must be, where the user chooses it in the extension's window. */
  pinRules: v.optional(fidoPinRules, { minLength: 6, forbidTrivial: true }),
  /** What happens to a passkey that is not proved to be on the device: it is accepted and labelled, or refused. */
  unproved: v.optional(v.picklist(['accept', 'refuse']), 'accept'),
  /** Whether the FIDO application may be reset where its user does not know its PIN. */
  reset: v.optional(v.picklist(['allow', 'refuse']), 'allow'),
});
export type PasskeyPolicy = v.InferOutput<typeof passkeyPolicy>;

const deviceSettings = v.strictObject({
  modelName: text(80),
  /** The slots that get a key and a certificate, each with its algorithm; none where the device gets passkeys alone. */
  slots: v.strictObject({ '9A': slotAlgorithm, '9C': slotAlgorithm, '9D': slotAlgorithm, '9E': slotAlgorithm }),
  /** The passkeys that it gets; without it none. */
  passkeys: v.optional(passkeyPolicy),
  /** Algorithm of the new management key, where the card can change it. */
  managementKeyAlgorithm,
  /**
   * Instead of it, on a card whose firmware comes before one of these, the oldest first: such firmware does not have that algorithm.
   * Without an entry such a card is refused.
   */
  olderManagementKeyAlgorithms: v.optional(
    v.pipe(v.array(v.strictObject({ before: firmwareVersion, algorithm: managementKeyAlgorithm })), v.maxLength(8)),
    [],
  ),
  /**
   * Algorithm of the factory's management key, by the first firmware that has it: a fleet is mixed. A card that tells its algorithm is
   * believed; one that tells no firmware has that of the first entry.
   */
  factoryKeyAlgorithms: v.pipe(
    v.array(
      v.strictObject({
        from: firmwareVersion,
        algorithm: managementKeyAlgorithm,
      }),
    ),
    v.minLength(1),
    v.maxLength(8),
  ),
  /** Whether a card that cannot change its management key is issued with the configured one, or refused. */
  acceptFixedManagementKey: v.boolean(),
  /**
   * What happens to a device whose keys no trusted vendor attests: it is refused; or issued under supervision, so that it is on hold
   * until an operator other than its owner approved it; or issued like any other.
   */
  unprovenKeys: v.picklist(['refuse', 'supervised', 'allow']),
  /** PEM certificates of the vendor: the roots, which are trusted. */
  attestationRoots: vendorCertificates,
  /** PEM certificates between those roots and the devices, which the vendor publishes; never trusted by themselves. */
  attestationIntermediates: v.optional(vendorCertificates, []),
  /** What happens to 9D on a card whose key there cannot sign: certified all the same where it is attested, or left out. */
  keyManagementCannotSign: v.picklist(['refuse', 'accept-attested', 'leave-out']),
  /** Whether a used device whose model can be reset may be erased and issued. */
  reset: v.optional(v.picklist(['allow', 'refuse']), 'allow'),
  /** Whether a new PIN with the PUK takes a one-time code of an operator besides the login. */
  unlockNeedsCode: v.optional(v.boolean(), false),
  certificateDays: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650)),
  pinRules,
});

/** What a device of one model is turned into. Operators can edit it; it holds no secret. */
export const devicePolicy = v.pipe(
  deviceSettings,
  v.check((policy) => policy.passkeys !== undefined || wantsPiv(policy), 'expected at least one slot or a passkey'),
);
export type DevicePolicy = v.InferOutput<typeof devicePolicy>;

/** Whether a policy wants keys and certificates: else a device gets passkeys alone. */
export function wantsPiv({ slots }: Pick<v.InferOutput<typeof deviceSettings>, 'slots'>): boolean {
  return SLOTS.some((slot) => slots[slot]);
}

/** What a card of the model has when it leaves the factory. */
export const factorySecrets = v.strictObject({
  pin: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{6,8}$/)),
  puk: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{8}$/)),
  /** Whether they are known outside the organisation anyway; a confidential PUK goes only to a device that proved what it is. */
  confidential: v.optional(v.boolean(), false),
  /** Hexadecimal. */
  managementKey: v.pipe(v.string(), v.regex(/^([0-9a-fA-F]{2}){16,32}$/)),
});
export type FactorySecrets = v.InferOutput<typeof factorySecrets>;

/** A file of policies, by the key of the model. */
export const policySeeds = v.record(
  v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/)),
  v.strictObject({ policy: devicePolicy, factory: factorySecrets }),
);
export type SeedPolicies = v.InferOutput<typeof policySeeds>;
