import { describe, expect, it } from '@jest/globals';
import { DEFAULT_CERTIFICATE_POLICIES } from '@cardwright/cms/authority';
import {
  checkCertificatePolicies,
  type KeptPolicies,
} from '../../../../portal/src/server/commands/doctor/certificate-policies.js';

const OWN = { proved: '1.3.6.1.4.1.55555.1', unproved: '1.3.6.1.4.1.55555.2' };
const LONG = {
  proved: '2.25.135835350132055021589230653843650518002',
  unproved: '2.25.34517819234173437188034120473121088419',
};

describe('the certificate policies of a portal', () => {
  const { proved } = OWN;
  const { unproved } = LONG;
  it.each([
    ['are the own ones', OWN, undefined, [/^ok: .*55555\.1 where .*55555\.2 where not\.$/]],
    ['began as the own ones', {}, OWN, [/^ok: /]],
    ['are as great as every program reads', { ...OWN, proved: '1.2.2147483647' }, null, [/^ok: /]],
    [
      'are the placeholders of the first start',
      {},
      DEFAULT_CERTIFICATE_POLICIES,
      [/^warning: .*32473\.1\.1 and .*: placeholders/],
    ],
    ['will be the placeholders', {}, null, [/^warning: .*: placeholders/]],
    [
      'are own ones but for one',
      { proved },
      DEFAULT_CERTIFICATE_POLICIES,
      [/^warning: Certificates state \S*32473\.1\.2: placeh/],
    ],
    ['are those of an older portal', {}, LONG, [/^warning: .*more than 31 bits\.$/]],
    ['are longer than every program reads', { ...OWN, proved: '1.2.2147483648' }, OWN, [/^warning: .*31 bits\.$/]],
    ['are one of each kind', { unproved }, null, [/^warning: .*: placeholders/, /^warning: .*31 bits\.$/]],
    ['cannot be told apart', { proved: unproved }, LONG, [/^problem: CARDWRIGHT_POLICY_OID_UNPROVED is not valid/]],
    ['are in a database that was not looked at', {}, undefined, [/^skipped: Not checked/]],
    ['are there in part', { proved }, undefined, [/^skipped: Not checked/]],
  ] satisfies [string, Partial<typeof OWN>, KeptPolicies, RegExp[]][])('%s', (_, settings, kept, expected) => {
    const found = checkCertificatePolicies(settings, kept).map(({ outcome, text }) => `${outcome}: ${text}`);
    expect(found).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });
});
