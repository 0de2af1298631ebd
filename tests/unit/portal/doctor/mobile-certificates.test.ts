import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readCertificate } from '../../../../portal/src/server/commands/doctor/certificate-facts.js';
import { checkDeviceAuthorities } from '../../../../portal/src/server/commands/doctor/device-authorities.js';
import type { Finding } from '../../../../portal/src/server/findings/finding.js';
import { checkProfileSignature } from '../../../../portal/src/server/commands/doctor/profile-signature.js';
import { checkRegistrationAuthority } from '../../../../portal/src/server/commands/doctor/registration-authority.js';
import type { MobileSettings } from '../../../../portal/src/server/mobile/settings.js';
import {
  certify,
  type CertificateOrder,
  type Certified,
} from '../../../integration/portal/support/attestation-authority.js';
import { derOf, keyOf, OWN_ROOT, ROOT, rsaKeys, serverCertificate, TRUST } from './tls-scene.js';

const NOW = new Date();

const told = (findings: readonly Finding[]): string[] => findings.map(({ outcome, text }) => `${outcome}: ${text}`);

describe('the signature of profiles', () => {
  let intermediate: Certified;
  let signer: Certified;
  beforeAll(async () => {
    intermediate = await certify({ subject: 'Intermediate', issuer: ROOT, until: 900 });
    signer = await serverCertificate({ subject: 'Signer', issuer: intermediate, until: 90 });
  });

  const check = (chain: readonly Certified[], key = chain[0]) =>
    told(
      checkProfileSignature({ signing: key ? { certificates: chain.map(derOf), key: keyOf(key) } : null }, TRUST, NOW),
    );

  it('is in order with a chain to a root that everyone has, with or without the root', () => {
    const good = [expect.stringMatching(/^ok: "Signer", valid until \d{4}-\d\d-\d\d, trusted everywhere\.$/)];
    expect(check([signer, intermediate])).toEqual(good);
    expect(check([signer, intermediate, ROOT])).toEqual(good);
  });

  it('is reported as Unverified if the registration authority signs', () => {
    expect(check([])).toEqual([
      'warning: The registration authority signs profiles, and mobile devices show them as Unverified.',
    ]);
  });

  it.each([
    ['lacks its intermediate', () => [signer], 'warning: "Signer" leads to no publicly trusted root'],
    ['leads elsewhere', () => [OWN_ROOT], 'warning: "Root of a company" leads to no publicly trusted root'],
    ['is out of order', () => [signer, ROOT], 'problem: "Signer" was not issued by the certificate after it.'],
  ])('has a finding if its chain %s', (_name, chain, text) => {
    expect(check(chain())).toEqual([expect.stringContaining(text)]);
  });

  it.each([
    ['has expired', { from: -9, until: -1 }, /^problem: "Signer" expired on/],
    ['expires soon', { from: -85, until: 5 }, /^warning: "Signer" expires on/],
    ['is signed by SHA-1', { hash: 'SHA-1' }, /^problem: "Signer" is signed with SHA-1/],
  ] satisfies [string, Partial<CertificateOrder>, RegExp][])('has a finding that it %s', async (_name, order, text) => {
    expect(check([await serverCertificate({ subject: 'Signer', ...order })])).toEqual([expect.stringMatching(text)]);
  });

  it('has a finding if the key is another one', () => {
    expect(check([signer, intermediate], ROOT)).toEqual(['problem: "Signer" is not for the key of "signing".']);
  });

  it('has a finding if it is not a certificate', () => {
    const signing = { certificates: [new Uint8Array([1, 2, 3])], key: keyOf(signer) };
    expect(told(checkProfileSignature({ signing }, TRUST, NOW))).toEqual([
      'problem: A certificate of "signing" cannot be read.',
    ]);
  });
});

describe('the authorities of phones', () => {
  const check = (...deviceAuthorities: readonly Uint8Array[]) =>
    told(checkDeviceAuthorities({ deviceAuthorities }, NOW));

  it('are required', () => {
    expect(check()).toEqual(['problem: There is none, so no mobile device can be added.']);
  });

  it("must be authorities, readable, valid, and Apple's", async () => {
    const phone = await certify({ subject: 'Some phone', isAuthority: false });
    const old = await certify({ subject: 'Old authority', from: -9, until: -1 });
    expect(check(derOf(phone), new Uint8Array([1]), derOf(old))).toEqual([
      'problem: "Some phone" is no certification authority.',
      'problem: A certificate cannot be read.',
      expect.stringMatching(/^problem: "Old authority" expired on/),
      expect.stringContaining('warning: "Old authority" is not Apple\'s'),
    ]);
  });
});

describe('an authority of phones', () => {
  it.each([
    [
      'a critical extension that is not known',
      new x509.Extension('1.3.6.1.4.1.99999.1', true, Buffer.from('0500', 'hex')),
    ],
    [
      'name constraints',
      new x509.Extension('2.5.29.30', false, Buffer.from('3011a00f300d820b6578616d706c652e636f6d', 'hex')),
    ],
  ])('has a finding if it has %s, because the portal refuses its phones', async (_what, extension) => {
    const extensions = [extension];
    const strange = await certify({ subject: 'Strange authority', extensions });
    expect(told(checkDeviceAuthorities({ deviceAuthorities: [derOf(strange)] }, NOW))).toEqual([
      expect.stringMatching(/^problem: "Strange authority" vouches for no mobile device: it has name constraints/),
    ]);
  });
});

describe('the registration authority', () => {
  let authority: Certified;
  beforeAll(async () => {
    authority = await certify({ subject: 'Issuing authority', until: 900 });
  });

  const check = (given: MobileSettings['registrationAuthority'], made: Uint8Array | null | undefined = null) =>
    told(checkRegistrationAuthority({ registrationAuthority: given }, made, readCertificate(derOf(authority)), NOW));
  const make = async (order: Partial<CertificateOrder> = {}): Promise<Certified> =>
    certify({ subject: 'RA', issuer: authority, keys: await rsaKeys(2048), isAuthority: false, until: 90, ...order });
  const given = (one: Certified, key = one) => ({ certificate: derOf(one), key: keyOf(key) });

  it('is in order, whether given or made by the portal', async () => {
    const one = await make();
    expect(check(given(one))).toEqual([expect.stringMatching(/^ok: "RA", valid until [\d-]{10}\.$/)]);
    expect(check(null, derOf(one))).toEqual([
      expect.stringMatching(/^ok: "RA", valid until .*; the portal renews it\.$/),
    ]);
  });

  it('is made by the portal if there is none, or no valid one', async () => {
    const later = ['ok: The portal makes one when a mobile device asks for it.'];
    expect(check(null)).toEqual(later);
    expect(check(null, derOf(await make({ from: -9, until: -1 })))).toEqual(later);
    expect(check(null, derOf(await make({ issuer: ROOT })))).toEqual(later);
  });

  it('may exist if it cannot be read now', () => {
    expect(told(checkRegistrationAuthority({ registrationAuthority: null }, undefined, undefined, NOW))).toEqual([
      'skipped: Not checked, because it is in the database.',
    ]);
  });

  it.each([
    [
      'another authority',
      { issuer: ROOT },
      'problem: "RA" was not issued by the certification authority "Issuing authority".',
    ],
    ['the past', { from: -9, until: -1 }, /^problem: "RA" expired on/],
    ['next week', { from: -83, until: 7 }, /^warning: "RA" expires on/],
  ] satisfies [string, Partial<CertificateOrder>, string | RegExp][])(
    'has a finding that it is of %s',
    async (_name, order, text) => {
      expect(check(given(await make(order)))).toEqual([expect.stringMatching(text)]);
    },
  );

  it('has a finding that phones need a long enough RSA key, and that its key is another one', async () => {
    expect(check(given(await make({ keys: await rsaKeys(1024) })))).toEqual([
      'problem: "RA" has an RSA key of 1024 bits.',
    ]);
    const { keys: onCurve } = await certify({ subject: 'On a curve' });
    expect(check(given(await make({ keys: onCurve })))).toEqual([
      'problem: "RA" has no RSA key, and mobile devices can encrypt to nothing else.',
    ]);
    expect(check(given(await make(), await make()))).toEqual(['problem: "RA" is not for its key.']);
  });
});
