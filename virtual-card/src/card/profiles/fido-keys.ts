import { StatusWord } from '../../apdu/status-word.js';
import { firmwares } from '../firmware.js';
import type { Profile } from '../profile.js';
import { MAX_PIN_TRIES } from '../fido-state.js';
import {
  fidoOfKey,
  fidoOfNamelessProgram,
  fidoOfOddKey,
  fidoOfTouchedKey,
  fidoOfPlainCard,
  fidoOfProgram,
  fidoOfSharedPin,
  fidoOfYubicoKey,
} from './fido-applications.js';
import { gsmSelect, noPiv, piv } from './plain-cards.js';
import { yubikey57 } from './yubikeys.js';

/**
 * A card whose PIV and FIDO2 applications share one PIN and one retry counter. It combines properties of two real devices. It has a PUK, as HID's
 * Crescendo has. It refuses FIDO resets, and its PIV reset erases both applications, as on a YubiKey Bio Multi-protocol.
 */
export const sharedPin: Profile = { ...yubikey57, fido: fidoOfSharedPin, pinTries: MAX_PIN_TRIES };

/** A plain PIV card with a FIDO2 application beside it. */
export const pivWithFido: Profile = { ...piv, fido: fidoOfPlainCard };

/** A security key: FIDO2 only. */
export const fidoKey: Profile = { ...noPiv, fido: fidoOfKey };

/** A security key by Yubico. Its management application reports a serial number. */
export const fidoKeyWithSerial: Profile = {
  ...yubikey57,
  pivApplication: false,
  attestationKey: false,
  firmware: firmwares['5.7.2'],
  fido: fidoOfYubicoKey,
};

/**
 * A security key that deviates from the standard. While no application is selected, it answers 6D00 to every command except SELECT by name, whatever
 * the class of the command. It answers the SELECT of an unknown application as a card for mobile networks does (`gsmSelect`).
 */
export const oddFidoKey: Profile = {
  ...fidoKey,
  fido: fidoOfOddKey,
  statusWords: { ...gsmSelect.statusWords, unknownClass: StatusWord.instructionNotSupported },
};

export const touchedFidoKey: Profile = { ...fidoKey, fido: fidoOfTouchedKey };

export const softwareKey: Profile = { ...fidoKey, fido: fidoOfProgram };
export const namelessSoftwareKey: Profile = { ...fidoKey, fido: fidoOfNamelessProgram };
