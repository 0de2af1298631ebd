import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { testAttestationRoot } from '@cardwright/virtual-card';
import { makeTestRoot } from '../../../virtual-card/src/x509/test-root.js';

describe('the test root of attestation', () => {
  it('is the certificate of the key that cards attest under', () => {
    const committed = testAttestationRoot();
    const made = new X509Certificate(makeTestRoot());
    expect(committed.publicKey.equals(made.publicKey)).toBe(true);
    expect(committed.verify(made.publicKey)).toBe(true);
    expect(committed.ca).toBe(true);
  });

  it('says in its name that it is good for tests only', () => {
    expect(testAttestationRoot().subject).toContain('TEST');
    expect(testAttestationRoot().subject).toContain('its private key is public');
  });
});
