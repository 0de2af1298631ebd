import type { models as english } from '../../en/dialogs/models.js';

export const models: typeof english = {
  yubikey: 'YubiKey',
  compatible: 'YubiKey-kompatibles Gerät',
  piv: 'PIV-Smartcard',
  fido2: 'Sicherheitsschlüssel',
  unknown: 'Unbekannte Karte',
};
