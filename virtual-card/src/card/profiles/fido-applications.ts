import { CoseAlgorithm, type FidoProfile } from '../fido-profile.js';

const U2F = 'U2F_V2';
const VERSION_20 = 'FIDO_2_0';
const VERSION_21_PRE = 'FIDO_2_1_PRE';
const VERSION_21 = 'FIDO_2_1';
const VERSION_23 = 'FIDO_2_3';

/** Returns an invented AAGUID, "Cardwright TEST" and a number, so that the metadata of a real model never applies to a virtual model. */
function testAaguid(number: number): Buffer {
  return Buffer.concat([Buffer.from('Cardwright TEST', 'ascii'), Buffer.of(number)]);
}

/** An application older than CTAP 2.1: tokens permit everything, credential management is a preview, and there is no authenticatorConfig. */
export const fidoOfYubikey54: FidoProfile = {
  overContacts: false,
  greeting: 'U2F_V2',
  versions: [U2F, VERSION_20, VERSION_21_PRE],
  aaguid: testAaguid(1),
  attestation: 'batch',
  algorithms: [CoseAlgorithm.es256, CoseAlgorithm.edDsa],
  permissions: false,
  enterpriseAttestation: false,
  maxCredentials: 25,
  maxMessageBytes: 1200,
  transports: ['nfc', 'usb'],
  resetTransports: undefined,
  tellsPinPolicy: false,
  pin: 'own',
  resetEndsSelection: false,
  managesWithBoundToken: true,
  signsSilently: true,
  losesCredentialsUnderAlwaysUv: false,
  firmwareVersion: 0x050403,
};

export const fidoOfYubikey57: FidoProfile = {
  ...fidoOfYubikey54,
  versions: [U2F, VERSION_20, VERSION_21_PRE, VERSION_21],
  aaguid: testAaguid(2),
  permissions: true,
  enterpriseAttestation: true,
  maxCredentials: 100,
  maxMessageBytes: 1280,
  firmwareVersion: 0x050702,
};

/** An application of CTAP 2.3, which can be selected in readers with contacts too. */
export const fidoOfYubikey58: FidoProfile = {
  ...fidoOfYubikey57,
  overContacts: true,
  versions: [U2F, VERSION_20, VERSION_21, VERSION_23],
  aaguid: testAaguid(3),
  transports: ['nfc', 'smart-card', 'usb'],
  resetTransports: ['smart-card', 'usb'],
  tellsPinPolicy: true,
  firmwareVersion: 0x050800,
};

/** An application that shares its PIN with PIV. */
export const fidoOfSharedPin: FidoProfile = {
  ...fidoOfYubikey57,
  overContacts: true,
  aaguid: testAaguid(4),
  transports: ['nfc', 'smart-card', 'usb'],
  pin: 'shared',
};

/** The application of a security key of CTAP 2.1 without U2F. */
export const fidoOfKey: FidoProfile = {
  ...fidoOfYubikey57,
  overContacts: true,
  greeting: 'FIDO_2_0',
  versions: [VERSION_20, VERSION_21],
  aaguid: testAaguid(5),
  enterpriseAttestation: false,
  maxCredentials: 8,
  transports: ['nfc', 'smart-card'],
  firmwareVersion: 1,
};

/** The application of `fidoOfKey` on a card that has PIV too. */
export const fidoOfPlainCard: FidoProfile = { ...fidoOfKey, aaguid: testAaguid(8) };

/** The application of `fidoOfKey` with deviations that were met on keys of several vendors. */
export const fidoOfOddKey: FidoProfile = {
  ...fidoOfKey,
  aaguid: testAaguid(9),
  resetEndsSelection: true,
  managesWithBoundToken: false,
  losesCredentialsUnderAlwaysUv: true,
};

/** The application of `fidoOfKey`, but it signs nothing without a touch. */
export const fidoOfTouchedKey: FidoProfile = { ...fidoOfKey, aaguid: testAaguid(10), signsSilently: false };

export const fidoOfYubicoKey: FidoProfile = { ...fidoOfYubikey57, overContacts: true, aaguid: testAaguid(6) };

/** The application of a program that emulates a security key and attests with the credential's own key. */
export const fidoOfProgram: FidoProfile = { ...fidoOfKey, aaguid: testAaguid(7), attestation: 'self' };

/** The application of a program that emulates a security key, hides its model (the AAGUID is zero) and does not attest credentials. */
export const fidoOfNamelessProgram: FidoProfile = { ...fidoOfKey, aaguid: Buffer.alloc(16), attestation: 'none' };
