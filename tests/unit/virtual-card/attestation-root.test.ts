import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type ProfileName,
  testAttestationIntermediatesPath,
  testAttestationRoot,
  testAttestationRoot58Path,
  testAttestationRootPath,
} from '@cardwright/virtual-card';
import {
  intermediate58,
  makeAuthority,
  pivAttestation58,
  root,
  root58,
} from '../../../virtual-card/src/x509/test-authorities.js';
import { blankChip, withData } from './blank-chip.js';

describe('the committed certificates of attestation', () => {
  it.each([
    ['the root', testAttestationRootPath, [root]],
    ['the root of firmware 5.8', testAttestationRoot58Path, [root58]],
    [
      'the intermediate certificates of firmware 5.8',
      testAttestationIntermediatesPath,
      [pivAttestation58, intermediate58],
    ],
  ])('%s: those of the keys that cards attest under, in the order from F9 up', (_, file, authorities) => {
    const committed = certificatesIn(file);
    const made = authorities.map((authority) => new X509Certificate(makeAuthority(authority)));
    expect(committed.map(identity)).toEqual(made.map(identity));
    for (const certificate of committed) {
      expect(certificate.ca).toBe(true);
      expect(certificate.subject).toContain('TEST');
      expect(certificate.subject).toContain('its private key is public');
    }
  });

  it('form two chains that have nothing in common', () => {
    const [pivAttestation, intermediate] = certificatesIn(testAttestationIntermediatesPath);
    const [newRoot] = certificatesIn(testAttestationRoot58Path);
    if (!pivAttestation || !intermediate || !newRoot) throw new Error('a certificate is missing');
    expect(pivAttestation.checkIssued(intermediate) && pivAttestation.verify(intermediate.publicKey)).toBe(true);
    expect(intermediate.checkIssued(newRoot) && intermediate.verify(newRoot.publicKey)).toBe(true);
    expect(newRoot.verify(newRoot.publicKey)).toBe(true);
    expect(newRoot.publicKey.equals(testAttestationRoot().publicKey)).toBe(false);
  });
});

describe('the certificate in F9', () => {
  it.each<[ProfileName, string, string]>([
    ['yubikey', testAttestationRootPath, testAttestationRoot58Path],
    ['yubikey-4.3.7', testAttestationRootPath, testAttestationRoot58Path],
    ['yubikey-5.4', testAttestationRootPath, testAttestationRoot58Path],
    ['yubikey-5.7.2', testAttestationRootPath, testAttestationRoot58Path],
    ['yubikey-5.8', testAttestationIntermediatesPath, testAttestationRoot58Path],
  ])('of %s is signed by the first certificate of its file', async (profile, issuers, others) => {
    const chip = await blankChip(profile);
    const object = Buffer.from(await chip.data(withData('00CB3FFF', '5C035FFF01')), 'hex');
    const f9 = new X509Certificate(object.subarray(object.indexOf(0x30), object.length - 5));
    const [issuer] = certificatesIn(issuers);
    const [other] = certificatesIn(others);
    if (!issuer || !other) throw new Error('a certificate is missing');
    expect(f9.checkIssued(issuer) && f9.verify(issuer.publicKey)).toBe(true);
    expect(f9.checkIssued(other) || f9.verify(other.publicKey)).toBe(false);
  });
});

function certificatesIn(file: string): X509Certificate[] {
  const blocks = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((pem) => new X509Certificate(pem));
}

function identity({ subject, issuer, publicKey }: X509Certificate): unknown {
  return { subject, issuer, publicKey: publicKey.export({ type: 'spki', format: 'pem' }) };
}
