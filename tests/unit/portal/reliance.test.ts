import { describe, expect, it } from '@jest/globals';
import { parsePem } from '@cardwright/cms/attestation';
import { withReliance } from '../../../portal/src/server/attestation/reliance.js';
import { inspectVendorCertificates } from '../../../portal/src/server/attestation/vendor-certificates.js';
import { certify } from '../../integration/portal/support/attestation-authority.js';

const root = await certify({ subject: 'Vendor root' });
const other = await certify({ subject: 'Another root' });
const level = await certify({ subject: 'Vendor level', issuer: root });
const inspect = (...all: readonly { readonly certificate: { toString(format: 'pem'): string } }[]) =>
  inspectVendorCertificates(all.map(({ certificate }) => certificate.toString('pem')).join('\n'));

const [shown] = inspect(root);
const key = parsePem(shown?.pem ?? '')?.keyFingerprint ?? '';

describe('the devices that rely on a trusted certificate', () => {
  it('are those of its key, where it is a root; of an intermediate certificate nobody knows them', () => {
    const counted = withReliance(inspect(root, other, level), new Map([[key, 412]]));
    expect(counted.map(({ name, devices }) => [name, devices])).toEqual([
      ['CN=Vendor root', 412],
      ['CN=Another root', 0],
      ['CN=Vendor level', null],
    ]);
  });

  it('are none while another root has the same key', () => {
    const [one] = inspect(root);
    if (!one) throw new Error('the root was not read');
    const counted = withReliance([one, { ...one, fingerprint: 'another' }], new Map([[key, 412]]));
    expect(counted.map(({ devices }) => devices)).toEqual([0, 0]);
  });
});
