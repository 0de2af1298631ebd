import { expect, it } from '@jest/globals';
import { openssl } from '../unit/portal/openssl.js';
import { CmsUser } from './support/cms-user.js';
import { TestCms } from './support/test-cms.js';
import { ALICE } from './support/test-people.js';

const POLICIES = { proved: '1.3.6.1.4.1.55555.1', unproved: '1.3.6.1.4.1.55555.2' };

const cms = await TestCms.open({ certificatePolicies: POLICIES });
const alice = new CmsUser(cms, ALICE);

it.each([
  ['attested by its vendor', 'yubikey', POLICIES.proved],
  ['that nobody vouches for', 'piv', POLICIES.unproved],
] as const)('every certificate policy identifies a key %s', async (_which, model, oid) => {
  const card = cms.newCard(model);
  expect(await alice.issue(card)).toMatchObject({ state: 'done' });
  const args = ['x509', '-inform', 'DER', '-noout', '-ext', 'certificatePolicies'];
  const stated = [...card.certificates.values()].map((der) =>
    openssl(args, Buffer.from(der, 'base64url')).replace(/\s+/g, ' '),
  );
  expect(stated).toEqual(Array.from({ length: 4 }, () => `X509v3 Certificate Policies: Policy: ${oid} `));
});
