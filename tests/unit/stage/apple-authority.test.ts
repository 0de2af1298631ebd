import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { openAppleAuthority } from '@cardwright/stage';

const UUID = /CN=[\dA-F]{8}(-[\dA-F]{4}){3}-[\dA-F]{12}$/m;

describe('the test authority for device certificates', () => {
  it('issues devices by a chain that is built like that of an iPhone', async () => {
    const authority = await openAppleAuthority();
    const { certificatePem, chainPem, keyPem } = await authority.issueDevice();
    const chain = [
      certificatePem,
      ...(chainPem.match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g) ?? []),
      authority.rootPem,
    ].map((pem) => new X509Certificate(pem));
    expect(chain).toHaveLength(4);
    for (const [index, certificate] of chain.entries()) {
      const issuer = chain[index + 1] ?? certificate;
      expect(certificate.checkIssued(issuer)).toBe(true);
      expect(certificate.verify(issuer.publicKey)).toBe(true);
    }
    const [device, lower, upper] = chain;
    // As at Apple, it names neither UDID nor serial number.
    expect(device?.subject).toMatch(UUID);
    expect(device?.toString()).toBe(certificatePem);
    expect(keyPem).toContain('PRIVATE KEY');
    for (const intermediate of [lower, upper]) expect(new Date(intermediate?.validTo ?? '').getFullYear()).toBe(2014);
  });

  it('is the same in a whole process', async () => {
    expect((await openAppleAuthority()).rootPem).toBe((await openAppleAuthority()).rootPem);
  });
});
