import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readDevicePolicy, type DevicePolicy } from '@cardwright/cms/policies';
import { renewalOf } from '../../../cms/src/renew/renewable.js';
import { newAttestationAuthority } from '../../integration/portal/support/attestation-authority.js';
import { ParsedCertificate } from '../../../cms/src/attestation/certificate.js';
import { newPolicy } from '../../integration/store/rows.js';

/** Whether a renewal replaces a key, where only a key counts that the device can prove. Such a card cannot keep a key that is replaced. */

const { root } = await newAttestationAuthority();
const trusted = fingerprintOf(root);
const unknown = createHash('sha256').update('another vendor').digest('hex');
const policy: DevicePolicy = {
  ...readDevicePolicy(newPolicy('yubikey')),
  slots: { '9A': 'P-256', '9E': 'P-256' },
  renewedKeys: { '9A': 'new-key' },
  attestationRoots: [root],
  unprovenKeys: 'supervised',
};
const card = { firmware: '5.4.3', capabilities: null };

function fingerprintOf(pem: string): string {
  const certificate = ParsedCertificate.parse(Buffer.from(pem.replaceAll(/-----.*-----|\s/g, ''), 'base64'));
  if (!certificate) throw new Error('the root cannot be read');
  return certificate.keyFingerprint;
}

describe('a renewal under a policy that has an operator approve unproved keys', () => {
  it.each([
    ['is replaced where the vendor signed the serial number', 'attested', `${trusted}:serial:10000001`, 'overwritten'],
    ['stays where its vendor signed none', 'attested', `${trusted}:9e:${unknown}`, 'kept'],
    ['stays where the vendor is not trusted any more', 'attested', `${unknown}:serial:10000001`, 'kept'],
    ['stays where nothing was attested', 'not-proved', `${trusted}:serial:10000001`, 'kept'],
    ['stays where nobody knows what device it is', 'attested', null, 'kept'],
  ] as const)('the key %s', (_when, proof, identity, expected) => {
    expect(renewalOf(policy, card, { proof, identity }, '9A')).toBe(expected);
  });

  it('the key of any device is replaced where unproved keys are allowed', () => {
    const allowing = { ...policy, unprovenKeys: 'allow' } as const;
    expect(renewalOf(allowing, card, { proof: 'not-proved', identity: null }, '9A')).toBe('overwritten');
  });
});
