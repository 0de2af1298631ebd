/**
 * Yubico's extensions of PIV (docs.yubico.com, YubiKey Technical Manual, PIV). A plain card, which is any other PIV card, has none of these
 * extensions.
 */

/** Instruction bytes of Yubico's extensions. */
export const YUBICO_INS = {
  MOVE_KEY: 0xf6,
  GET_METADATA: 0xf7,
  GET_SERIAL: 0xf8,
  ATTEST: 0xf9,
  RESET: 0xfb,
  GET_VERSION: 0xfd,
  SET_MANAGEMENT_KEY: 0xff,
} as const;

/** P1 and P2 of SET MANAGEMENT KEY for a key without a touch policy. The host sets no keys with a touch policy. */
export const SET_MANAGEMENT_KEY_P = 0xff;

/** P1 of MOVE KEY that deletes the key, instead of the reference of another slot. */
export const DELETE_KEY = 0xff;

/** Tags of the policies in GENERATE's control template. */
export const TAG_PIN_POLICY = 0xaa;
export const TAG_TOUCH_POLICY = 0xab;

export const PIN_POLICY = { default: 0x00, never: 0x01, once: 0x02, always: 0x03 } as const;
export const TOUCH_POLICY = { default: 0x00, never: 0x01, always: 0x02, cached: 0x03 } as const;
export type PinPolicy = keyof typeof PIN_POLICY;
export type TouchPolicy = keyof typeof TOUCH_POLICY;

/** A firmware version, such as 5.7.1. */
export interface FirmwareVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The first firmware version with each function. */
export const SINCE = {
  EXTENDED_LENGTH: { major: 4, minor: 0, patch: 0 },
  ATTESTATION: { major: 4, minor: 3, patch: 0 },
  SERIAL: { major: 5, minor: 0, patch: 0 },
  METADATA: { major: 5, minor: 3, patch: 0 },
  MOVE_KEY: { major: 5, minor: 7, patch: 0 },
} as const satisfies Record<string, FirmwareVersion>;

/** Reads the answer of GET VERSION: three bytes. Returns undefined for any other length. */
export function readVersion(data: Uint8Array): FirmwareVersion | undefined {
  const [major, minor, patch] = data;
  if (data.length !== 3 || major === undefined || minor === undefined || patch === undefined) return undefined;
  return { major, minor, patch };
}

export const formatVersion = ({ major, minor, patch }: FirmwareVersion): string => `${major}.${minor}.${patch}`;

/** True if a version is `other` or later. */
export function isAtLeast(version: FirmwareVersion, other: FirmwareVersion): boolean {
  return (version.major - other.major || version.minor - other.minor || version.patch - other.patch) >= 0;
}

/** True for firmware whose RSA keys can be factored: 4.2.0 to 4.3.4 (YSA-2017-01, CVE-2017-15361, "ROCA"). */
export function makesWeakRsaKeys(version: FirmwareVersion): boolean {
  return isAtLeast(version, { major: 4, minor: 2, patch: 0 }) && !isAtLeast(version, { major: 4, minor: 3, patch: 5 });
}
