import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openssl } from '../../unit/portal/openssl.js';
import { newAttestationAuthority, type AttestationAuthority } from './support/attestation-authority.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, startTestPortal, type TestPortal } from './support/test-portal.js';

const POLICIES = { proved: '1.3.6.1.4.1.55555.1', unproved: '1.3.6.1.4.1.55555.2' };

let portal: TestPortal;
let vendor: AttestationAuthority;

beforeAll(async () => {
  vendor = await newAttestationAuthority();
  portal = await startTestPortal({
    CARDWRIGHT_POLICY_OID_PROVED: POLICIES.proved,
    CARDWRIGHT_POLICY_OID_UNPROVED: POLICIES.unproved,
  });
  const olga = await Browser.login(portal, 'olga');
  const policy = { ...portal.configuration.policies.yubikey?.policy, attestationRoots: [vendor.root] };
  await olga.send('PUT', '/api/operator/policy', { model: 'yubikey', policy });
});
afterAll(() => portal.remove());

/** The policies of all certificates of a card, as openssl reads them. */
async function policiesOf(card: TestCard): Promise<string[]> {
  const alice = await Browser.login(portal, 'alice');
  expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done' });
  const args = ['x509', '-inform', 'DER', '-noout', '-ext', 'certificatePolicies'];
  return [...card.certificates.values()].map((der) =>
    openssl(args, Buffer.from(der, 'base64url')).replace(/\s+/g, ' '),
  );
}

it.each([
  ['attested by its vendor', () => new TestCard('yubikey', '70000001', vendor), POLICIES.proved],
  ['that nobody vouches for', () => new TestCard('piv', null, null), POLICIES.unproved],
])('a key %s is told apart by the certificate policy of every slot', async (_which, newCard, oid) => {
  const stated = `X509v3 Certificate Policies: Policy: ${oid} `;
  expect(await policiesOf(newCard())).toEqual([stated, stated, stated, stated]);
});
