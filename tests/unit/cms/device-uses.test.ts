import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import type { DeviceUse } from '@cardwright/protocol/cms';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as x509 from '@peculiar/x509';
import { usesOf } from '../../../cms/src/devices/device-uses.js';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const { digitalSignature, nonRepudiation, keyEncipherment, keyAgreement } = x509.KeyUsageFlags;
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const EMAIL = '1.3.6.1.5.5.7.3.4';
const LOGON = '1.3.6.1.4.1.311.20.2.2';

type Certificate = Parameters<typeof usesOf>[0][number];

describe('the uses of a device', () => {
  let keys: webcrypto.CryptoKeyPair;
  beforeAll(async () => {
    keys = await webcrypto.subtle.generateKey(ECDSA, false, ['sign', 'verify']);
  });

  /** Makes a certificate with key usages and extended ones; null omits the extension. */
  const certificate = async (
    keyUsage: x509.KeyUsageFlags | null,
    usages: readonly string[] | null,
    revocationReason: Certificate['revocationReason'] = null,
  ): Promise<Certificate> => {
    const { rawData } = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=Alice',
      keys,
      signingAlgorithm: ECDSA,
      extensions: [
        ...(keyUsage === null ? [] : [new x509.KeyUsagesExtension(keyUsage, true)]),
        ...(usages === null ? [] : [new x509.ExtendedKeyUsageExtension([...usages])]),
      ],
    });
    return { der: Buffer.from(rawData).toString('base64url'), revocationReason };
  };

  it.each<[string, x509.KeyUsageFlags | null, readonly string[] | null, DeviceUse[]]>([
    ['a login at Windows', digitalSignature, [CLIENT_AUTH, LOGON], ['sign-in']],
    ['a login whose RSA key could encipher', digitalSignature | keyEncipherment, [CLIENT_AUTH, LOGON], ['sign-in']],
    ['a login by Kerberos alone', digitalSignature, ['1.3.6.1.5.2.3.4'], ['sign-in']],
    ['signatures', digitalSignature | nonRepudiation, [EMAIL], ['sign']],
    ['documents alone', digitalSignature, ['1.3.6.1.5.5.7.3.36'], ['sign']],
    ['mail to an RSA key', keyEncipherment, [EMAIL], ['decrypt']],
    ['mail to an elliptic key', keyAgreement, [EMAIL], ['decrypt']],
    ['the card itself', digitalSignature, ['2.16.840.1.101.3.6.8'], []],
    ['a key usage alone', digitalSignature, null, ['sign-in', 'sign']],
    ['anything', null, ['2.5.29.37.0'], ['sign-in', 'sign', 'decrypt']],
    ['neither usage', null, null, ['sign-in', 'sign', 'decrypt']],
  ])('are read from a certificate for %s', async (_what, keyUsage, usages, uses) => {
    expect(usesOf([await certificate(keyUsage, usages)])).toEqual(uses);
  });

  it('are listed once and in one order, whatever the order of its certificates', async () => {
    const mail = await certificate(keyAgreement, [EMAIL]);
    const login = await certificate(digitalSignature, [CLIENT_AUTH]);
    expect(usesOf([mail, login, login])).toEqual(['sign-in', 'decrypt']);
  });

  it.each(['certificateHold', 'keyCompromise'] as const)(
    'include none of a certificate on hold or revoked: %s',
    async (reason) => {
      expect(usesOf([await certificate(digitalSignature, [CLIENT_AUTH], reason)])).toEqual([]);
    },
  );
});
