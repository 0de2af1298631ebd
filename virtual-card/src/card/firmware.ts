import { KeyAlgorithm, ManagementAlgorithm } from './algorithms.js';
import { YubicoIns } from './yubico-instruction.js';

/**
 * Who signed the certificate of the attestation key in F9: a root itself, or an authority under two intermediate
 * certificates that are published and not on the card.
 */
export type AttestationChain = 'root' | 'published-intermediates';

/** What one version of Yubico's firmware has. Everything that depends on the version is a field here. */
export interface Firmware {
  /** Major, minor, patch, as GET VERSION, attestations and the management application tell it. */
  readonly version: Buffer;
  /** The instruction bytes of Yubico that it knows; every other one is answered 6D00. */
  readonly instructions: ReadonlySet<number>;
  readonly keyAlgorithms: readonly number[];
  readonly factoryManagementAlgorithm: number;
  /** What SET MANAGEMENT KEY takes. */
  readonly managementAlgorithms: readonly number[];
  readonly attestationChain: AttestationChain;
  /** Attestations name the serial number, unless their card hides it. */
  readonly attestsSerial: boolean;
  /** Attestations have the form factor; READ CONFIG has it too, with the version and what works over NFC. */
  readonly tellsFormFactor: boolean;
  /** The one-time password application is there, for the serial number that GET SERIAL does not tell. */
  readonly otpApplication: boolean;
  /** It can be set to refuse trivial PINs and PUKs. */
  readonly pinComplexity: boolean;
}

/** As attestations and the management application tell it: a keychain with USB-A. */
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
  // Seen in published attestations of this version.
  attestsSerial: false,
  tellsFormFactor: false,
  otpApplication: true,
  pinComplexity: false,
};

/** GET SERIAL since 5.0, GET METADATA since 5.3, AES management keys since 5.4.2. */
const version54: Firmware = {
  ...version4,
  version: Buffer.of(5, 4, 3),
  instructions: new Set([...version4.instructions, YubicoIns.getSerial, YubicoIns.getMetadata]),
  managementAlgorithms: Object.values(ManagementAlgorithm),
  attestsSerial: true,
  tellsFormFactor: true,
  otpApplication: false,
};

/** MOVE KEY, RSA-3072 and RSA-4096, PIN complexity, and an AES management key from the factory since 5.7. */
const version57: Firmware = {
  ...version54,
  version: Buffer.of(5, 7, 2),
  instructions: new Set([...version54.instructions, YubicoIns.moveKey]),
  keyAlgorithms: Object.values(KeyAlgorithm),
  factoryManagementAlgorithm: ManagementAlgorithm.aes192,
  pinComplexity: true,
};

/** The longer attestation chain since 5.7.4. */
const version58: Firmware = {
  ...version57,
  version: Buffer.of(5, 8, 0),
  attestationChain: 'published-intermediates',
};

export const firmwares = { '4.3.7': version4, '5.4.3': version54, '5.7.2': version57, '5.8.0': version58 } as const;

/** The same firmware as someone else's applet has it: it reports the version, but lacks an instruction. */
export function without(firmware: Firmware, ins: number): Firmware {
  return { ...firmware, instructions: new Set([...firmware.instructions].filter((known) => known !== ins)) };
}
