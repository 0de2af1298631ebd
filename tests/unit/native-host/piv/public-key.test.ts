import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { subjectPublicKeyInfo } from '../../../../native-host/src/applets/piv/public-key.js';
import { encodeTlv } from '../../../../native-host/src/iso7816/tlv.js';

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const modulus = Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url');
const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));

const tagged = (n: Uint8Array, e = '010001') =>
  Buffer.concat([encodeTlv(0x81, n), encodeTlv(0x82, Buffer.from(e, 'hex'))]);

describe('an RSA key as the card gives it', () => {
  it.each([
    ['without a leading zero', modulus],
    ['with one, as an integer of DER has it', Buffer.concat([Uint8Array.of(0), modulus])],
  ])('is the same key %s', (_, n) => {
    expect(subjectPublicKeyInfo(tagged(n), 'RSA-2048')).toEqual(spki);
  });

  it('is the same key when the exponent is padded', () => {
    expect(subjectPublicKeyInfo(tagged(modulus, '00010001'), 'RSA-2048')).toEqual(spki);
  });
});
