import {
  KEY_ALGORITHMS,
  PINPAD_USES,
  SLOTS,
  fidoPinRules,
  managementKeyAlgorithm,
  pinRules,
} from '@cardwright/protocol/devices';
import { PASSKEY_WAYS, passkeyWay } from '@cardwright/protocol/passkeys';
import { text } from '@cardwright/protocol/schemas';
import { models } from '@cardwright/words/en/dialogs/models';
import * as v from 'valibot';
import { NEW_KEY_WITHOUT_OLD, RENEWED_KEYS } from './renewed-keys.js';

/** PEM certificates of a vendor. */
const vendorCertificates = v.pipe(
  v.array(v.pipe(text(8000), v.startsWith('-----BEGIN CERTIFICATE-----'))),
  v.maxLength(16),
);

/** A firmware version or its beginning, for example `5.4`. */
const firmwareVersion = v.pipe(v.string(), v.regex(/^\d{1,3}(\.\d{1,3}){0,2}$/));

const slotAlgorithm = v.optional(v.picklist(KEY_ALGORITHMS));

/** Settings for the passkeys that a device gets. */
export const passkeyPolicy = v.strictObject({
  /** Names of passkey services in the CMS's configuration. The device gets a passkey at each. */
  services: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/))),
    v.minLength(1),
    v.maxLength(4),
    v.check((services) => new Set(services).size === services.length, 'expected each service once'),
  ),
  /** Permitted ways to create a passkey, the best first. Which of them is possible depends on the device. */
  ways: v.optional(v.pipe(v.array(passkeyWay), v.minLength(1), v.maxLength(PASSKEY_WAYS.length)), [...PASSKEY_WAYS]),
  /** PIN of the FIDO application: a PIN of its own (`separate`), or the device PIN (`shared`). */
  pin: v.optional(v.picklist(['separate', 'shared']), 'separate'),
  /** Rules for a separate FIDO PIN, if the user chooses it in the extension's window. */
  pinRules: v.optional(fidoPinRules, { minLength: 6, forbidTrivial: true }),
  /** Treatment of a passkey that is not proved to be on the device: accepted and labelled, or refused. */
  unproved: v.optional(v.picklist(['accept', 'refuse']), 'accept'),
  /** Permission to reset the FIDO application if its user does not know its PIN. */
  reset: v.optional(v.picklist(['allow', 'refuse']), 'allow'),
});
export type PasskeyPolicy = v.InferOutput<typeof passkeyPolicy>;

const deviceSettings = v.strictObject({
  modelName: text(80),
  /** Slots that get a key and a certificate, each with its algorithm; none if the device gets passkeys alone. */
  slots: v.strictObject({ '9A': slotAlgorithm, '9C': slotAlgorithm, '9D': slotAlgorithm, '9E': slotAlgorithm }),
  /** Passkeys for the device; none if left out. */
  passkeys: v.optional(passkeyPolicy),
  /** Algorithm of the new management key, if the card can change its management key. */
  managementKeyAlgorithm,
  /**
   * Algorithms for the new management key on older firmware, each for versions below its `before`. The first entry that applies counts, so the
   * lowest `before` comes first. Firmware that lacks `managementKeyAlgorithm` and has no entry here refuses the new key.
   */
  olderManagementKeyAlgorithms: v.optional(
    v.pipe(v.array(v.strictObject({ before: firmwareVersion, algorithm: managementKeyAlgorithm })), v.maxLength(8)),
    [],
  ),
  /**
   * Algorithms of the factory management key, each with the first firmware version that has it, in ascending order. If a card reports a key, and does
   * not say that this is no longer the factory key, the algorithm of the reported key takes precedence. A card that reports no firmware counts as
   * version 0.
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
  /** True if a card that cannot change its management key is issued, and keeps its factory key. If false, such a card is refused. */
  acceptFixedManagementKey: v.boolean(),
  /**
   * Treatment of a device whose keys no trusted vendor attests:
   *
   * - `refuse`: the device is refused;
   * - `supervised`: it is issued on hold, until an operator other than its owner has approved it;
   * - `allow`: it is issued like any other.
   */
  unprovenKeys: v.picklist(['refuse', 'supervised', 'allow']),
  /**
   * Firmware version below which a device is supervised although `unprovenKeys` is `refuse`, if a trusted vendor attests its keys but signs no serial
   * number; null if no such device is. Such keys may be in another device of the same batch.
   */
  withoutSerialBefore: v.optional(v.nullable(firmwareVersion), null),
  /** PEM certificates of the vendor's roots, which are trusted. */
  attestationRoots: vendorCertificates,
  /**
   * PEM certificates between `attestationRoots` and the certificates of devices, as the vendor publishes them. They are never trusted by themselves.
   */
  attestationIntermediates: v.optional(vendorCertificates, []),
  /**
   * Treatment of a card whose key in slot 9D cannot sign:
   *
   * - `refuse`: the card is refused;
   * - `accept-attested`: the key is certified if a trusted vendor attests the key; if not, the card is refused;
   * - `leave-out`: the slot gets no certificate.
   */
  keyManagementCannotSign: v.picklist(['refuse', 'accept-attested', 'leave-out']),
  /** Permission to erase a device: a used device before it is issued, or a device that its owner gives back. */
  reset: v.optional(v.picklist(['allow', 'refuse']), 'allow'),
  /** True if setting a new PIN with the PUK takes an operator's one-time code besides the login. */
  unlockNeedsCode: v.optional(v.boolean(), false),
  /**
   * Where users enter the PIN:
   *
   * - `never`: in the extension's window;
   * - `if-present`: at the reader's keypad if it has one (PC/SC part 10), else in the window;
   * - `required`: at the reader's keypad alone.
   *
   * Nobody can judge a PIN that is chosen at a keypad, so of `pinRules` only the length holds there. Any value but `never` takes hosts of protocol 3.3.
   */
  pinpad: v.optional(v.picklist(['never', ...PINPAD_USES]), 'never'),
  certificateDays: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650)),
  /** Days before the end of its first certificate from which the owner of a device can renew its certificates. */
  renewalDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650)), 30),
  /** Treatment of the key of each slot in a renewal (`RENEWED_KEYS`). A slot without an entry keeps its key. */
  renewedKeys: v.optional(
    v.strictObject({
      '9A': v.optional(v.picklist(RENEWED_KEYS)),
      '9C': v.optional(v.picklist(RENEWED_KEYS)),
      '9D': v.optional(v.picklist([...RENEWED_KEYS, NEW_KEY_WITHOUT_OLD])),
      '9E': v.optional(v.picklist(RENEWED_KEYS)),
    }),
    {},
  ),
  pinRules,
});

/** Settings for issuing devices of one model. Operators can edit them; they hold no secret. */
export const devicePolicy = v.pipe(
  deviceSettings,
  v.check((policy) => policy.passkeys !== undefined || wantsPiv(policy), 'expected at least one slot or a passkey'),
);
export type DevicePolicy = v.InferOutput<typeof devicePolicy>;

/**
 * Reads the policy in a store's row, and adds defaults for settings that an earlier version of the program did not have.
 *
 * @example
 * const { pinRules } = readDevicePolicy(row);
 */
export const readDevicePolicy = ({ policy }: { readonly policy: unknown }): DevicePolicy =>
  v.parse(devicePolicy, policy);

/**
 * True if a policy wants keys and certificates. If false, devices get passkeys alone.
 *
 * @example
 * const hasCertificates = wantsPiv(policy);
 */
export function wantsPiv({ slots }: Pick<v.InferOutput<typeof deviceSettings>, 'slots'>): boolean {
  return SLOTS.some((slot) => slots[slot]);
}

const managementKeyDigits = v.pipe(v.string(), v.regex(/^([0-9a-fA-F]{2}){16,32}$/));

/** Factory values of the model's cards. */
export const factorySecrets = v.strictObject({
  pin: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{6,8}$/)),
  puk: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{8}$/)),
  /**
   * True if the values are secrets of the organisation. A confidential PUK is sent only to a device that proved its identity, or that an
   * operator approved.
   */
  confidential: v.optional(v.boolean(), false),
  /** The factory management key, hexadecimal. */
  managementKey: managementKeyDigits,
  /**
   * Further management keys that the factory of some of the model's cards set. They are tried after `managementKey`, in this order: a key is sent only
   * to a card that has its algorithm, and there are at most two keys of an algorithm, so that no card runs out of tries.
   */
  otherManagementKeys: v.exactOptional(
    v.pipe(
      v.array(v.strictObject({ algorithm: managementKeyAlgorithm, managementKey: managementKeyDigits })),
      v.maxLength(8),
    ),
  ),
});
export type FactorySecrets = v.InferOutput<typeof factorySecrets>;

const modelKey = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));
const USUAL_NAMES: Readonly<Record<string, string>> = models;

/**
 * A file of policies and factory values, keyed by model. A policy without a `modelName` gets the usual name of its model, which pages translate
 * for their readers.
 */
export const policySeeds = v.pipe(
  v.record(modelKey, v.looseObject({ policy: v.looseObject({}) })),
  v.transform((seeds) =>
    Object.fromEntries(
      Object.entries(seeds).map(([model, seed]) => [
        model,
        { ...seed, policy: { modelName: USUAL_NAMES[model], ...seed.policy } },
      ]),
    ),
  ),
  v.record(modelKey, v.strictObject({ policy: devicePolicy, factory: factorySecrets })),
);
export type SeedPolicies = v.InferOutput<typeof policySeeds>;
