import type { DeviceModel } from '@cardwright/protocol/policy';
import type { ProfileName } from '@cardwright/virtual-card';

/** The model that the host recognises in a card of each profile; null for a card that it does not open. */
export const MODEL_OF: Readonly<Record<ProfileName, DeviceModel | null>> = {
  yubikey: 'yubikey',
  'yubikey-4.3.7': 'yubikey',
  'yubikey-5.4': 'yubikey',
  'yubikey-5.7.2': 'yubikey',
  'yubikey-5.8': 'yubikey',
  'yubikey-no-extended': 'yubikey',
  'yubikey-no-f9': 'yubikey',
  'yubikey-no-attest': 'yubikey',
  'applet-attests': 'yubikey',
  'no-piv': null,
  'odd-select': null,
  'gsm-select': null,
  gids: null,
  piv: 'piv',
  'piv-strict': 'piv',
  'piv-history': 'piv',
  'piv-fixed-objects': 'piv',
  'piv-15-tries': 'piv',
  'piv-fido': 'piv',
  'shared-pin': 'yubikey',
  'fido-key': 'fido2',
  'fido-key-serial': 'fido2',
  'fido-key-odd': 'fido2',
  'fido-key-touch': 'fido2',
  'fido-soft': 'fido2',
  'fido-soft-none': 'fido2',
};
