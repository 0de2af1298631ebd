import {
  readDevicePolicy,
  differencesFrom,
  workAgainst,
  type DevicePolicy,
  type IssuedDevice,
} from '@cardwright/cms/policies';
import { describe, expect, it } from '@jest/globals';
import { newCertificate, newPasskey, newPolicy } from '../../integration/store/rows.js';

const DAY = 24 * 60 * 60 * 1000;
const DAYS = 365;
const RULES = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: false };
const policy: DevicePolicy = {
  ...readDevicePolicy(newPolicy('yubikey')),
  slots: { '9A': 'P-256', '9E': 'P-256' },
  certificateDays: DAYS,
  pinRules: RULES,
};

const certificate = (slot: '9A' | '9C' | '9D' | '9E', days = DAYS) => {
  const notBefore = new Date(Date.UTC(2026, 0, 1));
  return newCertificate('one', { slot, notBefore, notAfter: new Date(notBefore.getTime() + days * DAY - 1000) });
};
const issued: IssuedDevice = {
  device: { pinRules: RULES },
  certificates: [certificate('9A'), certificate('9E')],
  passkeys: [],
};
const passkeys = { services: ['login'], ways: [], pin: 'separate', unproved: 'accept', reset: 'allow' } as const;
const passkeyPolicy = {
  ...passkeys,
  pinRules: { minLength: 6, forbidTrivial: true },
  services: [...passkeys.services],
  ways: [...passkeys.ways],
};

describe('a device and the policy of its model', () => {
  it('do not differ right after the issuance', () => {
    expect(differencesFrom(policy, issued)).toEqual([]);
    expect(workAgainst([])).toEqual([]);
  });

  it.each<[string, Partial<DevicePolicy>, Partial<IssuedDevice>, object[], string[]]>([
    ['a slot that is gone', { slots: { '9A': 'P-256' } }, {}, [{ kind: 'slot-gone', slot: '9E' }], ['erase']],
    [
      'a new slot',
      { slots: { ...policy.slots, '9C': 'P-384' } },
      {},
      [{ kind: 'slot-new', slot: '9C', algorithm: 'P-384' }],
      ['erase'],
    ],
    [
      'a slot that cards may leave out',
      { slots: { ...policy.slots, '9D': 'P-256' }, keyManagementCannotSign: 'leave-out' },
      {},
      [],
      [],
    ],
    [
      'another algorithm',
      { slots: { '9A': 'P-384', '9E': 'P-256' } },
      {},
      [{ kind: 'algorithm', slot: '9A', from: 'P-256', to: 'P-384' }],
      ['erase'],
    ],
    ['more days', { certificateDays: 730 }, {}, [{ kind: 'days', from: DAYS, to: 730 }], ['renew']],
    ['a day more, which authorities round', { certificateDays: DAYS + 1 }, {}, [], []],
    [
      'fewer days in one slot',
      { certificateDays: 90 },
      { certificates: [certificate('9A', 90), certificate('9E')] },
      [{ kind: 'days', from: DAYS, to: 90 }],
      ['renew'],
    ],
    ['a longer PIN', { pinRules: { ...RULES, minLength: 8 } }, {}, [{ kind: 'pin-rules' }], ['change-pin']],
    ['no trivial PIN', { pinRules: { ...RULES, forbidTrivial: true } }, {}, [{ kind: 'pin-rules' }], ['change-pin']],
    ['a PIN of other characters, which allows more', { pinRules: { ...RULES, digitsOnly: false } }, {}, [], []],
    [
      'rules of a PIN that nobody kept',
      { pinRules: { ...RULES, minLength: 8 } },
      { device: { pinRules: null } },
      [],
      [],
    ],
    ['a new passkey', { passkeys: passkeyPolicy }, {}, [{ kind: 'passkey-new', service: 'login' }], ['erase']],
    [
      'a passkey that is gone',
      {},
      { passkeys: [newPasskey('one', { service: 'login' })] },
      [{ kind: 'passkey-gone', service: 'login' }],
      ['erase'],
    ],
    [
      'days and the PIN',
      { certificateDays: 90, pinRules: { ...RULES, maxLength: 7 } },
      {},
      [{ kind: 'days', from: DAYS, to: 90 }, { kind: 'pin-rules' }],
      ['renew', 'change-pin'],
    ],
    [
      'days and an algorithm, which no renewal carries',
      { certificateDays: 90, slots: { '9A': 'P-384', '9E': 'P-256' } },
      {},
      [
        { kind: 'algorithm', slot: '9A', from: 'P-256', to: 'P-384' },
        { kind: 'days', from: DAYS, to: 90 },
      ],
      ['erase'],
    ],
  ])('differ, or not, by %s', (_what, changes, about, expected, work) => {
    const differences = differencesFrom({ ...policy, ...changes }, { ...issued, ...about });
    expect(differences).toEqual(expected);
    expect(workAgainst(differences)).toEqual(work);
  });
});
