import { constants, createPublicKey, publicEncrypt, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decryptKey } from '../../../../portal/src/server/mobile/scep/key-transport.js';
import { rsaKey } from '../../../support/scep/test-authority.js';

const KEY = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
const MODULUS = 256;
let privateKey: KeyObject;
beforeAll(() => {
  privateKey = rsaKey(8 * MODULUS);
});

/** Makes a frame of PKCS #1 v1.5 around the key, changed by the case. */
function encrypted(change: (frame: Buffer) => void = () => undefined): Uint8Array {
  const frame = Buffer.concat([Buffer.of(0, 2), Buffer.alloc(MODULUS - KEY.length - 3, 0xff), Buffer.of(0), KEY]);
  change(frame);
  return publicEncrypt({ key: createPublicKey(privateKey), padding: constants.RSA_NO_PADDING }, frame);
}

describe('a key that was encrypted with PKCS #1 v1.5', () => {
  it('is decrypted, whoever made the frame', () => {
    const byOpenSsl = publicEncrypt({ key: createPublicKey(privateKey), padding: constants.RSA_PKCS1_PADDING }, KEY);
    expect(toHex(decryptKey(encrypted(), privateKey, KEY.length))).toBe(toHex(KEY));
    expect(toHex(decryptKey(byOpenSsl, privateKey, KEY.length))).toBe(toHex(KEY));
  });

  it.each<readonly [string, (frame: Buffer) => void]>([
    ['of another type', (frame) => frame.writeUInt8(1, 1)],
    ['with a zero in the filler', (frame) => frame.writeUInt8(0, 100)],
    ['with a zero right before its end', (frame) => frame.writeUInt8(0, MODULUS - KEY.length - 2)],
    ['without the zero at its end', (frame) => frame.writeUInt8(7, MODULUS - KEY.length - 1)],
  ])('becomes random in a frame %s', (_, change) => {
    const results = [0, 1].map(() => toHex(decryptKey(encrypted(change), privateKey, KEY.length)));
    expect(new Set([...results, toHex(KEY)]).size).toBe(3);
    expect(results.map(({ length }) => length)).toEqual([2 * KEY.length, 2 * KEY.length]);
  });

  it('becomes random if it has another length', () => {
    expect(toHex(decryptKey(encrypted(), privateKey, 24))).not.toContain(toHex(KEY));
  });
});

const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
