import type { Profile, ProfileName } from './profile.js';
import {
  fidoKey,
  fidoKeyWithSerial,
  namelessSoftwareKey,
  oddFidoKey,
  pivWithFido,
  sharedPin,
  softwareKey,
  touchedFidoKey,
} from './profiles/fido-keys.js';
import { gids, gsmSelect, noPiv, oddSelect, piv, strictPiv } from './profiles/plain-cards.js';
import {
  attestingApplet,
  noAttestation,
  noAttestationKey,
  noExtendedLength,
  yubikey43,
  yubikey54,
  yubikey57,
  yubikey58,
} from './profiles/yubikeys.js';

/** All profiles by name. The name of a profile never changes, because state files contain the name. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  yubikey: yubikey57,
  'yubikey-4.3.7': yubikey43,
  'yubikey-5.4': yubikey54,
  'yubikey-5.7.2': yubikey57,
  'yubikey-5.8': yubikey58,
  'yubikey-no-extended': noExtendedLength,
  'yubikey-no-f9': noAttestationKey,
  'yubikey-no-attest': noAttestation,
  'applet-attests': attestingApplet,
  piv,
  'piv-strict': strictPiv,
  'no-piv': noPiv,
  'odd-select': oddSelect,
  'gsm-select': gsmSelect,
  gids,
  'piv-fido': pivWithFido,
  'shared-pin': sharedPin,
  'fido-key': fidoKey,
  'fido-key-serial': fidoKeyWithSerial,
  'fido-key-odd': oddFidoKey,
  'fido-key-touch': touchedFidoKey,
  'fido-soft': softwareKey,
  'fido-soft-none': namelessSoftwareKey,
};
