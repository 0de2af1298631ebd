import { StatusWord } from '../../apdu/status-word.js';
import { nitrokey } from '../firmware.js';
import type { Profile } from '../profile.js';
import { attestingApplet, yubikey54 } from './yubikeys.js';

/** Devices of other makers with commands of a YubiKey. */

/** A Nitrokey 3, as its published source has it (`nitrokey` in firmware.ts; src/container.rs for the PIN that each signature with 9C needs). */
export const nitrokey3: Profile = {
  ...yubikey54,
  // The historical bytes are "]Nitrokey" and four zeros (github.com/Nitrokey/nitrokey-sdk-py).
  atr: Buffer.from('3B8F01805D4E6974726F6B657900000000006A', 'hex'),
  label: 'Nitrokey PIV',
  firmware: nitrokey,
  fido: undefined,
  attestationKey: false,
  factoryManagementKey: yubikey54.factoryManagementKey,
  keyAlgorithms: nitrokey.keyAlgorithms,
  anyObject: false,
  checksPinFormatFirst: true,
  // The stricter of the two ways in which it is built: the other one takes every printable character.
  pinDigitsOnly: true,
  freshPin: 'next-command',
  selectEndsLogin: false,
  statusWords: {
    ...yubikey54.statusWords,
    lastTryFailed: StatusWord.authenticationBlocked,
    wrongPuk: StatusWord.verificationFailed,
    wrongManagementAnswer: StatusWord.wrongData,
    unaskedManagementAnswer: StatusWord.conditionsNotSatisfied,
    wrongManagementAlgorithm: StatusWord.wrongParameters,
    noKeyInSlot: StatusWord.conditionsNotSatisfied,
  },
};

/** A Solo 2, from whose PIV application that of the Nitrokey 3 was made. Its CHUID has another GUID after each reset. */
export const solo2: Profile = {
  ...nitrokey3,
  atr: Buffer.from('3B80800101', 'hex'),
  label: 'SoloKeys PIV',
  firmware: { ...nitrokey, keepsGuid: false },
};

/** A build of PivApplet with AES and attestation, which names itself. */
export const pivApplet: Profile = { ...attestingApplet, label: 'PivApplet v0.9.0/RExA' };
