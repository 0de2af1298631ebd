import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  KNOWN_CERTIFICATES,
  inspectVendorCertificates,
} from '../../../portal/src/server/attestation/vendor-certificates.js';
import { certify, type Certified } from '../../integration/portal/support/attestation-authority.js';
import { der, pem } from '../cms/attestation-scene.js';
import { createHash } from 'node:crypto';

const fingerprintOf = (one: Certified): string => createHash('sha256').update(der(one)).digest('hex');

describe("a vendor's certificates", () => {
  let root: Certified;
  let level: Certified;
  let known: ReadonlyMap<string, string>;
  beforeAll(async () => {
    root = await certify({ subject: 'Vendor root' });
    level = await certify({ subject: 'Vendor level', issuer: root });
    known = new Map([
      [fingerprintOf(root), 'The root'],
      [fingerprintOf(level), 'The level'],
    ]);
  });

  it('are identified by their fingerprints, each once, with text between them', () => {
    const text = `Vendor level\n${pem(level)}\n\nVendor root: here\n${pem(root)}\n${pem(level)}\n`;
    expect(inspectVendorCertificates(text, { known })).toMatchObject([
      { name: 'The level', fingerprint: fingerprintOf(level), role: 'intermediate', known: true, problem: null },
      { name: 'The root', fingerprint: fingerprintOf(root), role: 'root', known: true, problem: null },
    ]);
  });

  it('are not identified by their names', async () => {
    const other = await certify({ subject: 'Vendor root' });
    expect(inspectVendorCertificates(pem(other), { known })).toMatchObject([
      { name: 'CN=Vendor root', fingerprint: fingerprintOf(other), known: false, vouchedFor: false, problem: null },
    ]);
  });

  it('vouch for the authorities that they certified, in the same file or an earlier one', async () => {
    const fido = await certify({ subject: 'Vendor FIDO', issuer: level });
    const expected = { name: 'CN=Vendor FIDO', known: false, vouchedFor: true };
    expect(inspectVendorCertificates(pem(fido), { known })).toMatchObject([{ ...expected, vouchedFor: false }]);
    expect(inspectVendorCertificates(`${pem(fido)}\n${pem(level)}`, { known })).toMatchObject([expected, {}]);
    expect(inspectVendorCertificates(pem(fido), { known, beside: [pem(level)] })).toMatchObject([expected]);
  });

  it.each([
    ['is cut off', () => pem(level).replace(/\n[^\n]+\n-----END/, '\n-----END'), 'unreadable'],
    ['has expired', () => certify({ subject: 'Old', from: -3, until: -2 }).then(pem), 'expired'],
    ['is not valid yet', () => certify({ subject: 'New', from: 2, until: 3 }).then(pem), 'not-yet-valid'],
    [
      'is no authority',
      () => certify({ subject: 'A card', issuer: level, isAuthority: false }).then(pem),
      'no-authority',
    ],
    ['is a root that is signed with SHA-1', () => certify({ subject: 'Weak', hash: 'SHA-1' }).then(pem), 'signature'],
    [
      'only says that it signed itself',
      () => certify({ subject: 'Vendor root', issuer: root, issuerName: 'Vendor root' }).then(pem),
      'signature',
    ],
  ])('are unusable if one %s', async (_name, make, problem) => {
    expect(inspectVendorCertificates(await make(), { known })).toMatchObject([{ known: false, problem }]);
  });

  it('known to Cardwright are four roots and five intermediates', () => {
    expect([...KNOWN_CERTIFICATES.keys()].filter((one) => /^[0-9a-f]{64}$/.test(one))).toHaveLength(9);
  });
});
