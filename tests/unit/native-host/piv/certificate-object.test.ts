import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import {
  decodeCertificateObject,
  encodeCertificateObject,
} from '../../../../native-host/src/applets/piv/certificate-object.js';
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
