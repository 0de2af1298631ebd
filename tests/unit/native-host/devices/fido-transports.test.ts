import { describe, expect, it } from '@jest/globals';
import { fidoTransportsOf } from '../../../../native-host/src/devices/fido-transports.js';

const CONTACT = '3BFD1300008131FE158073C021C057597562694B657940';
const CONTACTLESS = '3B8D80018073C021C057597562694B6579F9';

describe('the transports of a FIDO2 application', () => {
  it.each([
    ['a key on USB', 'Yubico YubiKey OTP+FIDO+CCID 00 00', CONTACT, ['usb', 'smart-card']],
    ['a card on a reader without contacts', 'ACS ACR122U PICC Interface 00 00', CONTACTLESS, ['nfc']],
    [
      'a card on half of a reader',
      'HID Global OMNIKEY 5422CL Smartcard Reader 01',
      CONTACTLESS,
      ['nfc', 'smart-card', 'usb'],
    ],
    ['a card whose reader does not say', 'Virtual PCD 00 00', CONTACTLESS, ['nfc', 'smart-card', 'usb']],
    ['a security key that is in no reader', 'Security Key NFC', '', ['usb', 'smart-card']],
  ])('are reported for %s', (_, reader, atr, transports) => {
    const card = { atr: Buffer.from(atr, 'hex'), insertion: '1.1', inUse: false, mute: false };
    expect(fidoTransportsOf({ reader, card })).toEqual(transports);
  });
});
