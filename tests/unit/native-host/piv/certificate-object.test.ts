import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import {
  compressCertificateObject,
  decodeCertificateObject,
  encodeCertificateObject,
} from '../../../../native-host/src/applets/piv/certificate-object.js';
import { plainPiv, select } from './scripted-card.js';
import { encodeTlv } from '../../../../native-host/src/iso7816/tlv.js';

const certificate = Uint8Array.from({ length: 700 }, (_, index) => (index * 7) & 0xff);
const object = (content: Uint8Array, info: number) =>
  Buffer.concat([encodeTlv(0x70, content), encodeTlv(0x71, Uint8Array.of(info)), encodeTlv(0xfe)]);

/** Compresses as Net iD does: 01 00, the length in little-endian order, then zlib data. */
const netId = (content: Uint8Array) =>
  Buffer.concat([Uint8Array.of(0x01, 0x00, content.length & 0xff, content.length >> 8), deflateSync(content)]);

describe('a certificate object', () => {
  it('is written uncompressed', () => {
    const encoded = Buffer.from(encodeCertificateObject(certificate));
    expect(encoded.includes(Buffer.from(certificate))).toBe(true);
    expect(encoded.subarray(-5).toString('hex')).toBe('710100fe00');
    expect(decodeCertificateObject(encoded)).toEqual(certificate);
  });

  it('is read when another program wrote it compressed', () => {
    expect(decodeCertificateObject(object(gzipSync(certificate), 1))).toEqual(certificate);
    expect(decodeCertificateObject(object(netId(certificate), 1))).toEqual(certificate);
  });

  it('is read without its CertInfo byte', () => {
    expect(decodeCertificateObject(encodeTlv(0x70, certificate))).toEqual(certificate);
  });

  it('can be empty', () => {
    expect(decodeCertificateObject(new Uint8Array())).toBeNull();
  });

  it.each([
    ['rubbish', Uint8Array.of(0x70, 0x05, 0x01)],
    ['an unknown compression', object(certificate, 1)],
    ['damaged gzip data', object(gzipSync(certificate).subarray(0, 40), 1)],
    ['a bomb', object(gzipSync(new Uint8Array(10_000_000)), 1)],
  ])('is refused with %s', (_, content) => {
    expect(() => decodeCertificateObject(content)).toThrow(expect.objectContaining({ code: 'CERTIFICATE_INVALID' }));
  });
});

describe('a certificate that a card has no room for', () => {
  /** A card whose objects take APDUs of so many bytes. */
  const withRoom = (bytes: number) => plainPiv([['00db', (apdu) => (apdu.length > 2 * bytes ? '6a84' : '9000')]]);

  it('is written compressed', async () => {
    const card = withRoom(certificate.length);
    await (await select(card, true, true)).objects.writeCertificate('9A', certificate);
    const [plain = '', compressed = '', ...more] = card.sent('db');
    expect([plain.includes('710100fe00'), compressed.includes('710101fe00'), more]).toEqual([true, true, []]);
    const written = Buffer.from(compressCertificateObject(certificate));
    expect(compressed).toContain(written.toString('hex'));
    expect(decodeCertificateObject(written)).toEqual(certificate);
  });

  it('is refused with DEVICE_FULL if it is too long compressed too', async () => {
    const card = withRoom(100);
    const { objects } = await select(card, true, true);
    await expect(objects.writeCertificate('9A', certificate)).rejects.toMatchObject({ code: 'DEVICE_FULL' });
    expect(card.sent('db')).toHaveLength(2);
  });

  it('is written once if the card refuses it for another reason', async () => {
    const card = plainPiv([['00db', '6982']]);
    const { objects } = await select(card, true, true);
    await expect(objects.writeCertificate('9A', certificate)).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' });
    expect(card.sent('db')).toHaveLength(1);
  });
});
