import { describe, expect, it } from '@jest/globals';
import { isContactlessAtr } from '../../../../native-host/src/iso7816/atr.js';

const atr = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('an answer to reset', () => {
  it.each([
    ['without historical bytes', '3B80800101'],
    ['with seven historical bytes', '3B8780018031C073C821C02D'],
    ['of a YubiKey on a contactless reader', '3B8D80018073C021C057597562694B6579F9'],
  ])('%s is that of a contactless reader', (_, hex) => {
    expect(isContactlessAtr(atr(hex))).toBe(true);
  });

  it.each([
    ['of a card with contacts', '3B878131FE458031C073C821C0A7'],
    ['of a YubiKey by USB', '3BFD1300008131FE158073C021C057597562694B657940'],
    ['that is cut short', '3B8780018031C073C821C0'],
    ['that is too long', '3B8780018031C073C821C02D00'],
    ['that is nothing', ''],
    ['that cannot be read', 'FFFF'],
  ])('%s is not', (_, hex) => {
    expect(isContactlessAtr(atr(hex))).toBe(false);
  });
});
