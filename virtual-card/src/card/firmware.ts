import { StatusWord } from '../apdu/status-word.js';
import { KeyAlgorithm, ManagementAlgorithm } from './algorithms.js';
import { YubicoIns } from './yubico-instruction.js';

/**
 * The issuer of the certificate in slot F9: a root, or the lower of two intermediate authorities, whose certificates are published and not on the
 * card.
 */
export type AttestationChain = 'root' | 'published-intermediates';

/**
 * The functions of one version of Yubico's firmware, or of an applet that imitates this firmware. The functions of the FIDO2 application are in
 * `FidoProfile`.
 */
export interface Firmware {
  /** Three bytes (major, minor, patch), as in GET VERSION, attestations and the management application. */
  readonly version: Buffer;
  /** Yubico's instructions that the firmware supports. The card answers 6D00 to Yubico's other instructions. */
  readonly instructions: ReadonlySet<number>;
  readonly keyAlgorithms: readonly number[];
  readonly factoryManagementAlgorithm: number;
  /** Algorithms that SET MANAGEMENT KEY accepts. */
  readonly managementAlgorithms: readonly number[];
  readonly attestationChain: AttestationChain;
  /** The common name of an attestation's subject, without the slot's name, which follows in the certificate. */
  readonly attestationName: string;
  /** Set when attestations contain the serial number. The card's owner can disable this (`hidesSerial`). */
  readonly attestsSerial: boolean;
  /**
   * Set when attestations contain the form factor. The command READ CONFIG then reports the form factor, the version, and the applications that are
   * available over NFC.
   */
  readonly tellsFormFactor: boolean;
  /** Set when the card has the one-time password application, which reports the serial number on firmware without GET SERIAL. */
  readonly otpApplication: boolean;
  /** Set when the device can be configured to refuse trivial PINs and PUKs. */
  readonly pinComplexity: boolean;
  /** Set when GET METADATA answers 9000 without data. */
  readonly emptyMetadata?: boolean;
  /** The serial number that all devices report. Undefined if each device has its own. */
  readonly sharedSerial?: number;
  /** Set when the GUID of the factory's CHUID is the device's UUID, which outlasts a reset. */
  readonly keepsGuid?: boolean;
  /** Status word of ATTEST. Undefined if the firmware attests keys, or lacks the instruction. */
  readonly attestFails?: number;
  /** Set when RESET needs a blocked PIN, and the PUK may still have tries. */
  readonly resetsWithPuk?: boolean;
}

/** The form factor in attestations and the management application: a keychain with USB-A. */
export const FORM_FACTOR_USB_A_KEYCHAIN = 0x01;

const version4: Firmware = {
  version: Buffer.of(4, 3, 7),
  instructions: new Set([
    YubicoIns.attest,
    YubicoIns.setRetries,
    YubicoIns.reset,
    YubicoIns.getVersion,
    YubicoIns.importKey,
    YubicoIns.setManagementKey,
  ]),
  keyAlgorithms: [KeyAlgorithm.rsa2048, KeyAlgorithm.p256, KeyAlgorithm.p384],
  factoryManagementAlgorithm: ManagementAlgorithm.tripleDes,
  managementAlgorithms: [ManagementAlgorithm.tripleDes],
  attestationChain: 'root',
  attestationName: 'YubiKey PIV Attestation',
  // Published attestations of this version contain neither the serial number nor the form factor.
  attestsSerial: false,
  tellsFormFactor: false,
  otpApplication: true,
  pinComplexity: false,
};

/**
 * Adds the changes since 4.3.7: GET SERIAL (5.0), GET METADATA (5.3), AES management keys (5.4.2), and serial number and form factor in attestations.
 * GET SERIAL replaces the one-time password application.
 */
const version54: Firmware = {
  ...version4,
  version: Buffer.of(5, 4, 3),
  instructions: new Set([...version4.instructions, YubicoIns.getSerial, YubicoIns.getMetadata]),
  managementAlgorithms: Object.values(ManagementAlgorithm),
  attestsSerial: true,
  tellsFormFactor: true,
  otpApplication: false,
};

/** Adds the changes of 5.7: MOVE KEY, RSA-3072 and RSA-4096, PIN complexity, and an AES management key set in the factory. */
const version57: Firmware = {
  ...version54,
  version: Buffer.of(5, 7, 2),
  instructions: new Set([...version54.instructions, YubicoIns.moveKey]),
  keyAlgorithms: Object.values(KeyAlgorithm),
  factoryManagementAlgorithm: ManagementAlgorithm.aes192,
  pinComplexity: true,
};

/** Adds the longer attestation chain of 5.7.4. */
const version58: Firmware = {
  ...version57,
  version: Buffer.of(5, 8, 0),
  attestationChain: 'published-intermediates',
};

export const firmwares = { '4.3.7': version4, '5.4.3': version54, '5.7.2': version57, '5.8.0': version58 } as const;

/**
 * The firmware of another vendor's applet. It reports a version in which a YubiKey has no AES management keys, but accepts only AES management keys.
 * Its attestations have another subject name than a YubiKey's.
 */
export const otherVendor: Firmware = {
  ...version54,
  version: Buffer.of(5, 4, 0),
  factoryManagementAlgorithm: ManagementAlgorithm.aes192,
  managementAlgorithms: [ManagementAlgorithm.aes128, ManagementAlgorithm.aes192, ManagementAlgorithm.aes256],
  attestationName: 'PIV Attestation',
};

/**
 * The firmware of a Nitrokey 3 (github.com/Nitrokey/piv-authenticator, src/lib.rs and src/state.rs). It reports a version and a serial number that are
 * the same on all devices. Its management key is a 3DES or AES-256 key, and a 3DES key from the factory.
 */
export const nitrokey: Firmware = {
  ...version54,
  version: Buffer.of(6, 6, 6),
  keyAlgorithms: [KeyAlgorithm.rsa2048, KeyAlgorithm.p256],
  managementAlgorithms: [ManagementAlgorithm.tripleDes, ManagementAlgorithm.aes256],
  attestsSerial: false,
  tellsFormFactor: false,
  emptyMetadata: true,
  sharedSerial: 0x0052f743,
  keepsGuid: true,
  attestFails: StatusWord.functionNotSupported,
  resetsWithPuk: true,
};

/** Returns `firmware` without the instruction `ins`, as in another vendor's applet that reports the same version. */
export function without(firmware: Firmware, ins: number): Firmware {
  return { ...firmware, instructions: new Set([...firmware.instructions].filter((known) => known !== ins)) };
}
