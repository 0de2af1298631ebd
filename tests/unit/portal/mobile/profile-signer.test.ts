import { generateKeyPairSync, X509Certificate, createPrivateKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { issueCertificate } from '@cardwright/stage';
import { openProfileSigner } from '../../../../portal/src/server/mobile/profiles/profile-signer.js';
import { payloadIdentifier, profileIdentifier } from '../../../../portal/src/server/mobile/profiles/profiles.js';

const EXTENSIONS = ['basicConstraints=critical,CA:FALSE'];

describe('the signer of profiles', () => {
  it('is refused without a certificate, with the key of another one, and with a key that is neither RSA nor EC', async () => {
    const make = (newKey: string[]) => issueCertificate({ subject: '/CN=Signer', extensions: EXTENSIONS, newKey });
    const edwards = await make(['ed25519']);
    const certificates = [new X509Certificate(edwards.certificate).raw];
    const { privateKey } = generateKeyPairSync('ed25519');
    expect(() => openProfileSigner({ certificates: [], key: privateKey })).toThrow('no certificate');
    expect(() => openProfileSigner({ certificates, key: privateKey })).toThrow('does not belong');
    expect(() => openProfileSigner({ certificates, key: createPrivateKey(edwards.key) })).toThrow('must be RSA or EC');
  });
});

describe('the identifier of a profile', () => {
  const of = { host: 'cards.example.com', user: 'u-1', device: 'udid-1' };

  it('is the same only for the same user and phone of a portal', () => {
    const identifier = profileIdentifier(of);
    expect(identifier).toMatch(/^com\.example\.cards\.mobile\.[0-9a-f]{32}$/);
    expect(profileIdentifier({ ...of })).toBe(identifier);
    for (const other of [{ user: 'u-2' }, { device: 'udid-2' }, { device: null }, { host: 'example.com' }]) {
      expect(profileIdentifier({ ...of, ...other })).not.toBe(identifier);
    }
  });

  it('begins the identifiers of its payloads', () => {
    expect(payloadIdentifier('com.example.mobile.0', 'phone-signature')).toBe('com.example.mobile.0.phone-signature');
  });
});
