import { describe, expect, it } from '@jest/globals';
import { announcesExtendedLength } from '../../../../native-host/src/iso7816/card-capabilities.js';

const announces = (atr: string): boolean => announcesExtendedLength(Buffer.from(atr.replaceAll(' ', ''), 'hex'));

describe('extended lengths', () => {
  it.each([
    ['by contacts', '3B 87 8131FE45 80 31C0 73C821C0 A7'],
    ['without contact', '3B 87 8001 80 31C0 73C821C0 2D'],
    ['by a YubiKey over USB', '3B FD 13 0000 81 31 FE 15 80 73C021C0 57597562694B6579 40'],
    ['before a status indicator', '3B 88 8131FE45 00 73C82140 009000 00'],
  ])('are announced %s', (_, atr) => {
    expect(announces(atr)).toBe(true);
  });

  it.each([
    ['whose card capabilities have chaining alone', '3B 87 8131FE45 80 31C0 73C82180 E7'],
    ['that keeps its limits in a file, which is not read', '3B 87 8131FE45 80 31C0 73C821E0 87'],
    ['whose card capabilities are too short to say so', '3B 86 8131FE45 80 31C0 72C8C0 00'],
    ['that only looks like it inside another object', '3B 87 8131FE45 80 55 73C821C0C0 00'],
    ['whose historical bytes are its own', '3B F8 13 0000 81 31 FE 45 4A434F5076323431 B7'],
    ['whose historical bytes refer to a directory', '3B 87 8131FE45 10 31C0 73C821C0 00'],
    ['without historical bytes', '3B 80 80 01 01'],
    ['whose answer is cut short', '3B 87 8131FE45 80 31C0 73C8'],
    ['whose object is longer than what there is', '3B 85 8131FE45 80 31C0 73C8 00'],
    ['whose status indicator would complete it', '3B 86 8131FE45 00 73C8 21C000 00'],
    ['whose interface bytes never end', '3B F0 F0F0F0F0'],
    ['without answer to reset', ''],
  ])('are not announced by a card %s', (_, atr) => {
    expect(announces(atr)).toBe(false);
  });
});
