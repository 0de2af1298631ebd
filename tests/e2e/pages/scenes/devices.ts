import { blankPivCard, blankYubikey, freshFido } from '../../../support/device-facts.js';

export const yubikey = blankYubikey('11223344');
/** A device that can have a passkey too. */
export const dual = blankYubikey('33445566', { applications: ['piv', 'fido2'], fido2: freshFido() });
export const used = blankYubikey('55667788');
/** A device whose PIN was entered wrong too often. */
export const blocked = blankYubikey('66778899', { pin: { retriesLeft: 0, blocked: true, isDefault: false } });
/** Two devices that differ only by their readers. */
export const left = blankPivCard('Generic Smart Card Reader [CCID Interface] (left) 00 00');
export const right = blankPivCard('Generic Smart Card Reader [CCID Interface] (right) 01 00');
