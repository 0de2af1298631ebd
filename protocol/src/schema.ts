import * as v from 'valibot';
import { FIDO_PIN_LENGTH, KEY_SLOTS, LOWEST_MINIMUM, PIV_PIN_LENGTH, SLOTS } from './piv-rules.js';
import type { ProtocolVersion } from './version.js';

/**
 * Schemas that several commands share. Bytes travel as base64url without padding (RFC 4648, section 5).
 *
 * A function that is marked `@__NO_SIDE_EFFECTS__` does nothing but make a schema, so bundlers leave out its unused calls.
 */

/** Bytes in base64url without padding. A last group of one character would be no byte (RFC 4648, section 4). */
export const BASE64URL = /^(?:[\w-]{4}|[\w-]{2,3}$)*$/;

/**
 * Adds a description to a schema. The reference and the JSON Schema print it beside the schema.
 *
 * @example
 * const serial = described(text(40), 'Serial number, decimal.');
 */
export const described = /* @__NO_SIDE_EFFECTS__ */ <const S extends v.GenericSchema>(schema: S, meaning: string) =>
  v.pipe(schema, v.description(meaning));

/**
 * Makes the schema of bytes in base64url. At most `maxBytes` are allowed after decoding.
 *
 * @example
 * import * as v from 'valibot';
 * v.is(bytes(16), encodeBytes(new Uint8Array(16))); // true
 */
export const bytes = /* @__NO_SIDE_EFFECTS__ */ (maxBytes: number) =>
  v.pipe(v.string(), v.maxLength(Math.ceil((maxBytes * 4) / 3)), v.regex(BASE64URL));

/** Marks a schema whose values must never reach a log, a trace or an export. `redaction.ts` replaces these values. */
export const SENSITIVE = v.metadata<string, { readonly sensitive: true }>({ sensitive: true });

/** Compact serialisation of a JWE (RFC 7516, 3.1). */
export const COMPACT_JWE = /^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/;
/** Compact serialisation of a JWS (RFC 7515, 3.1). */
export const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** A compact JWE of at most 16,384 characters. Logs redact it, although only its receiver can open it. */
export const sealed = v.pipe(v.string(), v.maxLength(16_384), v.regex(COMPACT_JWE), SENSITIVE);

/**
 * Makes the schema of a compact JWS of at most `maxLength` characters.
 *
 * @example
 * import * as v from 'valibot';
 * v.is(signed(4096), 'no.JWS'); // false
 */
export const signed = /* @__NO_SIDE_EFFECTS__ */ (maxLength: number) =>
  v.pipe(v.string(), v.maxLength(maxLength), v.regex(COMPACT_JWS));

/**
 * Makes the schema of a text of at most `maxLength` UTF-16 code units.
 *
 * @example
 * import * as v from 'valibot';
 * v.is(text(4), 'longer'); // false
 */
export const text = /* @__NO_SIDE_EFFECTS__ */ (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));

/**
 * Makes the schema of printable ASCII, for example of a serial number. Printable ASCII has no characters that hide or reverse the text beside them.
 */
const printable = /* @__NO_SIDE_EFFECTS__ */ (maxLength: number) =>
  v.pipe(text(maxLength), v.regex(/^[ -~]*$/, 'expected printable ASCII'));

/**
 * Makes the schema of a whole number in a range, both ends included.
 *
 * @example
 * import * as v from 'valibot';
 * v.is(between(1, 8), 8); // true
 */
export const between = /* @__NO_SIDE_EFFECTS__ */ (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** A count or an index, from 0 to 2³¹ - 1. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0x7fffffff));

/**
 * Id of a device within one page session. The id is made from the device's serial number, else from the GUID of its CHUID, else from the reader and
 * the insertion of the card into it. If two connected cards would get the same id, their ids also name the reader.
 */
export const deviceId = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
export type DeviceId = v.InferOutput<typeof deviceId>;

/** Id of a window that will show a secret. `secret.prepareDisplay` returns it. */
export const displayId = v.pipe(text(64), v.minLength(1));

/** Id of an operation, chosen by the CMS: 8 to 64 letters, digits, `_` or `-`. */
export const operationId = v.pipe(v.string(), v.regex(/^[\w-]{8,64}$/));

/**
 * Id of one page session: the SHA-256 thumbprint (RFC 7638) of the host's session key, base64url. Host and CMS compute the id from the key
 * (`sessionIdOf`) instead of trusting an id in a message. A session id therefore identifies the only key that can open the secrets of the session.
 */
export const sessionId = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));

/** The origin of a page in a secure context, as the browser serialises it: https, or http on `localhost` or `127.0.0.1`. */
export const origin = v.pipe(
  v.string(),
  v.maxLength(300),
  v.regex(/^(https:\/\/[^/?#@\s]+|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?)$/),
);

/** PIV slots by key reference (SP 800-73-4 Part 1, table 4b). */
export const slot = v.picklist(SLOTS);
export type Slot = v.InferOutput<typeof slot>;

/** All slots for keys, with those of retired key management keys. */
export const keySlot = v.picklist(KEY_SLOTS);
export type KeySlot = v.InferOutput<typeof keySlot>;

/** Algorithms of slot keys. */
export const KEY_ALGORITHMS = ['RSA-2048', 'RSA-3072', 'P-256', 'P-384'] as const;
export const keyAlgorithm = v.picklist(KEY_ALGORITHMS);
export type KeyAlgorithm = v.InferOutput<typeof keyAlgorithm>;

/** Algorithms of the card management key 9B (SP 800-78-4, table 6-2). */
export const MANAGEMENT_KEY_ALGORITHMS = ['3DES', 'AES-128', 'AES-192', 'AES-256'] as const;
export const managementKeyAlgorithm = v.picklist(MANAGEMENT_KEY_ALGORITHMS);
export type ManagementKeyAlgorithm = v.InferOutput<typeof managementKeyAlgorithm>;

/** A public key on P-256 (RFC 7517), for sealing or for signatures. */
export const publicJwk = v.object({
  kty: v.literal('EC'),
  crv: v.literal('P-256'),
  x: bytes(32),
  y: bytes(32),
  kid: v.exactOptional(described(text(128), 'Names the key; the `kid` of a JWS that was signed with it.')),
  use: v.exactOptional(
    described(v.picklist(['sig', 'enc']), 'A CMS says it of each key: for signatures, or for sealing.'),
  ),
  alg: v.exactOptional(described(text(32), '`ES256` of a key for signatures, `ECDH-ES` of one for sealing.')),
});
export type PublicJwk = v.InferOutput<typeof publicJwk>;

/**
 * The CMS's public keys, 16 at most. A CMS publishes at least one for signatures (`use: sig`) and at least one for sealing (`use: enc`); the
 * schema does not check that.
 */
export const publicJwkSet = v.object({ keys: v.pipe(v.array(publicJwk), v.maxLength(16)) });
export type PublicJwkSet = v.InferOutput<typeof publicJwkSet>;

/** Rules for a PIV PIN. The host applies the CMS's rules together with the card's own rule (6 to 8 bytes, SP 800-73-4 Part 2, 2.4.3). */
export const pinRules = v.strictObject({
  minLength: between(LOWEST_MINIMUM, PIV_PIN_LENGTH.max),
  maxLength: between(LOWEST_MINIMUM, PIV_PIN_LENGTH.max),
  digitsOnly: v.boolean(),
  forbidTrivial: described(v.boolean(), 'Refuses one repeated character, and runs such as 123456 or 876543.'),
});
export type PinRules = v.InferOutput<typeof pinRules>;

/**
 * Rules for a FIDO PIN. The host applies the CMS's rules together with the device's own rules (CTAP 2.1, 6.5.1: at least 4 code points, and at
 * most 63 bytes of UTF-8 in form NFC).
 */
export const fidoPinRules = v.strictObject({
  minLength: described(between(LOWEST_MINIMUM, FIDO_PIN_LENGTH.max), 'In Unicode code points.'),
  forbidTrivial: described(v.boolean(), 'As in `PinRules`; a device can have such a rule of its own.'),
});
export type FidoPinRules = v.InferOutput<typeof fidoPinRules>;

/** Retry counter and state of a PIN or PUK, as the card reports them. */
export const retryStatus = v.strictObject({
  retriesLeft: described(v.nullable(count), 'Null where the card does not tell.'),
  blocked: v.boolean(),
  isDefault: described(
    v.nullable(v.boolean()),
    'Whether the factory value is still set; null where the card does not tell.',
  ),
});
export type RetryStatus = v.InferOutput<typeof retryStatus>;

/** Abilities of a card beyond plain SP 800-73-4. */
export const capabilities = v.strictObject({
  serial: v.boolean(),
  metadata: v.boolean(),
  attestation: v.boolean(),
  changeManagementKey: v.boolean(),
  reset: v.boolean(),
});
export type Capabilities = v.InferOutput<typeof capabilities>;

/** Facts that an authenticator reports about itself (CTAP 2.1, 6.4). */
export const fidoFacts = v.strictObject({
  versions: described(v.pipe(v.array(text(32)), v.maxLength(16)), 'Such as `FIDO_2_1`.'),
  aaguid: described(
    v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)),
    'Names its model, as a UUID.',
  ),
  pinSet: described(v.nullable(v.boolean()), 'Whether it has a PIN; null where it cannot have one.'),
  minPinLength: described(count, 'In Unicode code points.'),
  forcePinChange: described(v.boolean(), 'Whether the PIN must be changed before it can be used.'),
  pinComplexity: described(v.boolean(), 'Whether the device refuses PINs that are easy to guess.'),
  alwaysUv: described(v.boolean(), 'Whether it wants its user verified each time.'),
  credentialManagement: described(v.boolean(), 'Whether single passkeys can be deleted.'),
  canSetMinPinLength: v.boolean(),
  enterpriseAttestation: described(v.nullable(v.boolean()), 'Whether it is enabled; null where the device has none.'),
  resetTransports: described(
    v.nullable(v.pipe(v.array(text(32)), v.maxLength(8))),
    'Over which it can be reset; null where the device does not tell.',
  ),
});
export type FidoFacts = v.InferOutput<typeof fidoFacts>;

/**
 * State of the device in a reader:
 * - `ready`: the device can be opened;
 * - `held`: another program uses the device, or the previous session of the page has not released it yet, so nothing is known about the device;
 * - `unresponsive`: there is a card in the reader, but it does not answer, or PC/SC reports an error;
 * - `no-application`: the card answers, but has no application that Cardwright knows, or its answer is wrong;
 * - `contact-needed`: the card is read over its contactless interface, but its application can be issued only over the contacts.
 */
export const deviceState = v.picklist(['ready', 'held', 'unresponsive', 'no-application', 'contact-needed']);

/** GUID of a CHUID as a UUID string in lower case (RFC 9562, section 4). Any 16 bytes are accepted; version and variant are not checked. */
export const guid = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));

const APPLICATIONS = ['piv', 'fido2'] as const;

/** What a device looks like: a card, or a key that is plugged in. */
export const drawing = v.picklist(['card', 'key']);
export type Drawing = v.InferOutput<typeof drawing>;

/** The version that introduced `drawing` in `DeviceInfo`. */
export const DRAWING_SINCE: ProtocolVersion = { major: 3, minor: 2 };

/** Facts about the device in one reader. The CMS decides by them whether the device may be issued. */
export const deviceInfo = v.strictObject({
  id: described(
    deviceId,
    "Names the device within one page session: made of its serial number, else of its CHUID's GUID, else of reader and insertion. Treat it as opaque.",
  ),
  provisional: described(
    v.boolean(),
    'True while nothing but reader and insertion identifies the card: a blank one without a serial number.',
  ),
  reader: described(text(200), 'Its name, as PC/SC gives it.'),
  atr: described(bytes(33), 'Answer to reset.'),
  state: described(
    deviceState,
    "`ready` can be opened; `held` by another program, or by the page's session before while that ends, so nothing is known of it: wait for `device.changed`; `unresponsive` does not answer; `no-application` has none that Cardwright knows; `contact-needed` must be read over its contacts.",
  ),
  model: described(
    text(40),
    'Key of the model in device policies: `yubikey`, `compatible`, `piv`, `fido2` of a device without PIV, or `unknown`.',
  ),
  modelName: described(text(80), 'For the person at this computer. A CMS shows others the name in its own policy.'),
  drawing: v.exactOptional(
    described(drawing, 'What the device looks like: a card, or a key that is plugged in. From protocol 3.2.'),
  ),
  firmware: v.nullable(printable(20)),
  serial: v.nullable(printable(40)),
  guid: described(v.nullable(guid), "Of the card's CHUID."),
  applications: described(
    v.pipe(v.array(v.picklist(APPLICATIONS)), v.maxLength(APPLICATIONS.length)),
    'Those that the host reaches: a device may have a FIDO2 application that the system keeps from it.',
  ),
  fido2: described(v.nullable(fidoFacts), 'Of the FIDO2 application, where the host reaches it.'),
  capabilities: described(v.nullable(capabilities), 'What the card can do beyond plain SP 800-73-4.'),
  certificates: described(v.pipe(v.array(slot), v.maxLength(SLOTS.length)), 'Slots that hold a certificate.'),
  pin: v.nullable(retryStatus),
  puk: v.nullable(retryStatus),
  managementKey: v.nullable(v.strictObject({ algorithm: managementKeyAlgorithm, isDefault: v.nullable(v.boolean()) })),
});
export type DeviceInfo = v.InferOutput<typeof deviceInfo>;

/** Facts by which a CMS recognises a card, or sees that it is blank. A step has them as its member `card`. */
export const cardFacts = v.strictObject({
  model: deviceInfo.entries.model,
  serial: deviceInfo.entries.serial,
  guid: deviceInfo.entries.guid,
  certificates: deviceInfo.entries.certificates,
});
export type CardFacts = v.InferOutput<typeof cardFacts>;
