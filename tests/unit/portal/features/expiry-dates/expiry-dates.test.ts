import { beforeAll, describe, expect, it } from '@jest/globals';
import { checkExpiryDates } from '../../../../../portal/src/features/expiry-dates/check.js';
import {
  EXPIRY_KINDS,
  expiryDatesOf,
  type ExpirySources,
} from '../../../../../portal/src/features/expiry-dates/expiry-dates.js';
import { daysUntil, urgencyOf } from '../../../../../portal/src/server/certificates/life.js';
import { adviceFor, sentenceOf } from '../../../../../portal/src/features/expiry-dates/sentences.js';
import { certify, type Certified } from '../../../../integration/portal/support/attestation-authority.js';
import { derOf, keyOf, pemOf } from '../../doctor/tls-scene.js';

const DAY = 24 * 60 * 60 * 1000;
const NOW = new Date();
const inDays = (days: number): Date => new Date(NOW.getTime() + days * DAY);
const NOTHING: ExpirySources = {
  authority: null,
  crl: null,
  registrationAuthority: null,
  policies: [],
  configuration: { mobile: null, passkeyServices: [], signIn: { oidc: [], leavers: 'nothing' } },
};

describe('a warning', () => {
  it.each([
    ['60 days before the end of ten years', 3650, 61, 60],
    ['60 days before the end of 180 days', 180, 61, 60],
    ['when a third of 90 days is left', 90, 31, 30],
    ['when a third of an hour is left', 1 / 24, 21 / 60 / 24, 20 / 60 / 24],
  ])('begins %s', (_when, life, before, left) => {
    const span = (days: number) => ({ notBefore: inDays(days - life), notAfter: inDays(days) });
    expect(urgencyOf(span(before), NOW)).toBe('later');
    expect(urgencyOf(span(left), NOW)).toBe('soon');
    expect(urgencyOf(span(0), NOW)).toBe('expired');
  });

  it('counts whole days, and days since the end as negative', () => {
    expect(daysUntil({ notAfter: inDays(1.9) }, NOW)).toBe(1);
    expect(daysUntil({ notAfter: inDays(-0.1) }, NOW)).toBe(-1);
  });
});

describe('the list of what expires', () => {
  let one: Certified;
  let other: Certified;
  beforeAll(async () => {
    one = await certify({ subject: 'One', from: -700, until: 59 });
    other = await certify({ subject: 'Other', from: -700, until: -1 });
  });

  const all = (certified: Certified): ExpirySources => ({
    authority: derOf(certified),
    crl: { thisUpdate: inDays(-1), nextUpdate: inDays(1) },
    registrationAuthority: derOf(certified),
    policies: [
      { attestationRoots: [pemOf(certified)], attestationIntermediates: [pemOf(certified)] },
      { attestationRoots: [pemOf(certified)], attestationIntermediates: ['no certificate'] },
    ],
    configuration: {
      mobile: {
        signing: { certificates: [derOf(certified)], key: keyOf(certified) },
        registrationAuthority: { certificate: derOf(certified), key: keyOf(certified) },
        deviceAuthorities: [derOf(certified)],
      } as unknown as NonNullable<ExpirySources['configuration']['mobile']>,
      passkeyServices: [
        { kind: 'webauthn', roots: [pemOf(certified)], intermediates: [pemOf(certified)] },
        { kind: 'entra', credential: { certificate: pemOf(certified), privateKey: '' } },
        { kind: 'entra', credential: { secret: 'its end is known to the service alone' } },
      ] as unknown as ExpirySources['configuration']['passkeyServices'],
      signIn: {
        oidc: [],
        leavers: 'nothing',
        ldap: { ca: `${pemOf(certified)}\n${pemOf(certified)}` } as NonNullable<
          ExpirySources['configuration']['signIn']['ldap']
        >,
      },
    },
  });

  it('has every kind, and each certificate once', () => {
    const dates = expiryDatesOf(all(one), NOW);
    expect(dates.map(({ kind }) => kind).sort()).toEqual([...EXPIRY_KINDS].sort());
    expect(
      dates.filter(({ kind }) => kind !== 'crl').every(({ name, urgency }) => name === '"One"' && urgency === 'soon'),
    ).toBe(true);
    expect(dates[0]).toMatchObject({ kind: 'crl', name: '', urgency: 'later' });
  });

  it('is empty where nothing expires', () => {
    expect(expiryDatesOf(NOTHING, NOW)).toEqual([]);
  });

  it('warns of no certificate that the portal replaces by itself', () => {
    const { mobile } = all(other).configuration;
    const made = { ...NOTHING, registrationAuthority: derOf(other) };
    expect(expiryDatesOf(made, NOW)).toEqual([]);
    const configuration = {
      ...NOTHING.configuration,
      mobile: mobile && { ...mobile, signing: null, deviceAuthorities: [], registrationAuthority: null },
    };
    expect(expiryDatesOf({ ...made, configuration }, NOW)).toMatchObject([
      { kind: 'registration-authority', urgency: 'later' },
    ]);
  });

  it('has a sentence and a remedy for each kind', () => {
    const [authority] = expiryDatesOf({ ...NOTHING, authority: derOf(other) }, NOW);
    expect(authority && sentenceOf(authority)).toMatch(
      /^The certification authority "Other" expired on \d{4}-\d\d-\d\d\.$/,
    );
    for (const kind of EXPIRY_KINDS) expect(adviceFor({ kind })).toMatch(/^[A-Z].*\.$/);
  });

  it('is told by doctor, except what has an area of its own', () => {
    const told = (certified: Certified) =>
      checkExpiryDates(all(certified).configuration, all(certified).policies, NOW).map(
        ({ outcome, text }) => `${outcome}: ${text}`,
      );
    expect(told(one)).toHaveLength(4);
    expect(told(one).every((line) => /^warning: .* "One" expires on /.test(line))).toBe(true);
    expect(told(other).filter((line) => line.startsWith('problem'))).toEqual([
      expect.stringMatching(
        /^problem: The certificate with which the portal signs in at a passkey service "Other" expired on/,
      ),
    ]);
    const none = checkExpiryDates(NOTHING.configuration, [], NOW);
    expect(none).toMatchObject([{ outcome: 'ok', text: 'Nothing else expires soon (0 checked).' }]);
    expect(checkExpiryDates(NOTHING.configuration, undefined, NOW)).toMatchObject([{ outcome: 'skipped' }]);
  });
});
