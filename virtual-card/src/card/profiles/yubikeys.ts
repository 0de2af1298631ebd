import { StatusWord } from '../../apdu/status-word.js';
import { FACTORY_MANAGEMENT_KEY, FACTORY_PIN, FACTORY_TRIES, SHORTEST_PIN } from '../card-state.js';
import type { FidoProfile } from '../fido-profile.js';
import { type Firmware, firmwares, otherVendor, without } from '../firmware.js';
import type { Profile } from '../profile.js';
import { YubicoIns } from '../yubico-instruction.js';
import { fidoOfYubikey54, fidoOfYubikey57, fidoOfYubikey58 } from './fido-applications.js';
import { JAVA_CARD_ATR } from './plain-cards.js';

/** Returns the profile of a YubiKey with this firmware. */
function yubikeyWith(firmware: Firmware, fido?: FidoProfile): Profile {
  return {
    // The ATR of a YubiKey 5 on a contactless reader. The historical bytes end with "YubiKey".
    atr: Buffer.from('3B8D80018073C021C057597562694B6579F9', 'hex'),
    contactlessAtr: undefined,
    pivApplication: true,
    otherApplication: undefined,
    firmware,
    fido,
    factoryPin: FACTORY_PIN,
    shortestPin: SHORTEST_PIN,
    pinTries: FACTORY_TRIES,
    pukTries: FACTORY_TRIES,
    pinHistory: 0,
    attestationKey: true,
    transport: { extendedLength: true, isT0: false, refusesUnfetched: false, refusesBrokenChain: false },
    factoryManagementKey: { algorithm: firmware.factoryManagementAlgorithm, key: FACTORY_MANAGEMENT_KEY },
    keyAlgorithms: firmware.keyAlgorithms,
    retiredSlots: true,
    anyObject: true,
    maxObjectBytes: 3052,
    keepsObjectMemory: false,
    oneWayManagementAuthentication: true,
    internalManagementAuthentication: false,
    ecKeyManagementKeySigns: true,
    // `ykman piv reset` spends all tries with empty PINs. This works only on a card that does not check the format first.
    checksPinFormatFirst: false,
    checksNewPinLast: true,
    pinDigitsOnly: false,
    unblockingEndsLogin: false,
    clearsKeysWhenLocked: false,
    freshPin: 'until-used',
    selectEndsLogin: true,
    statusWords: {
      lastTryFailed: StatusWord.wrongReference,
      wrongManagementAnswer: StatusWord.securityStatusNotSatisfied,
      unaskedManagementAnswer: StatusWord.securityStatusNotSatisfied,
      wrongManagementAlgorithm: undefined,
      badAlgorithmBeforeAuthentication: StatusWord.securityStatusNotSatisfied,
      noKeyInSlot: StatusWord.wrongData,
      unknownApplication: StatusWord.notFound,
      unknownClass: StatusWord.classNotSupported,
    },
  };
}

export const yubikey43 = yubikeyWith(firmwares['4.3.7']);
export const yubikey54 = yubikeyWith(firmwares['5.4.3'], fidoOfYubikey54);
export const yubikey57 = yubikeyWith(firmwares['5.7.2'], fidoOfYubikey57);
export const yubikey58 = yubikeyWith(firmwares['5.8.0'], fidoOfYubikey58);
/** No YubiKey has such a version yet. It is that of 5.8.0 in all but its version. */
export const yubikey6 = yubikeyWith({ ...firmwares['5.8.0'], version: Buffer.of(6, 0, 0) }, fidoOfYubikey58);

/** An applet on a Java Card that accepts only short APDUs, although it reports a firmware version in which a YubiKey accepts extended APDUs. */
export const noExtendedLength: Profile = {
  ...yubikey54,
  atr: JAVA_CARD_ATR,
  fido: undefined,
  transport: { ...yubikey54.transport, extendedLength: false },
};

/** A YubiKey whose owner has irreversibly deleted the key and the certificate in F9. */
export const noAttestationKey: Profile = { ...yubikey57, attestationKey: false };

/** An applet on a Java Card that does not attest, although it reports a firmware version in which a YubiKey attests. */
export const noAttestation: Profile = {
  ...noAttestationKey,
  atr: JAVA_CARD_ATR,
  fido: undefined,
  firmware: without(firmwares['5.7.2'], YubicoIns.attest),
};

/**
 * An applet of another vendor on a Java Card, with the functions of a YubiKey except FIDO2 (`otherVendor`). It makes its keys unusable once it is
 * locked, as the published source of PivApplet (PivApplet.java) does.
 */
export const attestingApplet: Profile = {
  ...yubikeyWith(otherVendor),
  atr: JAVA_CARD_ATR,
  clearsKeysWhenLocked: true,
};
