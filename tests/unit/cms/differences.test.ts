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
/** Of a difference that an update mends. */
const MENDED = { obstacle: null };
const RULES = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: false };
const policy: DevicePolicy = {
  ...readDevicePolicy(newPolicy('yubikey')),
  slots: { '9A': 'P-256', '9E': 'P-256' },
  certificateDays: DAYS,
  pinRules: RULES,
  unprovenKeys: 'allow',
};

const certificate = (slot: '9A' | '9C' | '9D' | '9E', days = DAYS) => {
  const notBefore = new Date(Date.UTC(2026, 0, 1));
  return newCertificate('one', { slot, notBefore, notAfter: new Date(notBefore.getTime() + days * DAY - 1000) });
};
const device = { proof: 'not-proved', identity: null, firmware: '5.7.1', pinRules: RULES } as const;
const issued: IssuedDevice = {
  device,
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
    [
      'a slot that is gone',
      { slots: { '9A': 'P-256' } },
      {},
      [{ kind: 'slot-gone', slot: '9E', ...MENDED }],
      ['update'],
    ],
    [
      'a new slot',
      { slots: { ...policy.slots, '9C': 'P-384' } },
      {},
      [{ kind: 'slot-new', slot: '9C', algorithm: 'P-384', ...MENDED }],
      ['update'],
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
      [{ kind: 'algorithm', slot: '9A', from: 'P-256', to: 'P-384', ...MENDED }],
      ['update'],
    ],
    [
      'another algorithm, of a device that cannot prove a new key',
      { slots: { '9A': 'P-384', '9E': 'P-256' }, unprovenKeys: 'refuse' },
      {},
      [{ kind: 'algorithm', slot: '9A', from: 'P-256', to: 'P-384', obstacle: 'keys-not-proved' }],
      ['erase'],
    ],
    [
      'a slot for encryption, on a card that might lose an old key there',
      { slots: { ...policy.slots, '9D': 'P-256' } },
      { device: { ...device, firmware: '5.4.3' } },
      [{ kind: 'slot-new', slot: '9D', algorithm: 'P-256', obstacle: 'old-key-lost' }],
      ['erase'],
    ],
    [
      'an algorithm and the PIN, which an update changes too',
      { slots: { '9A': 'P-384', '9E': 'P-256' }, pinRules: { ...RULES, minLength: 8 } },
      {},
      [
        { kind: 'algorithm', slot: '9A', from: 'P-256', to: 'P-384', ...MENDED },
        { kind: 'pin-rules', ...MENDED },
      ],
      ['update'],
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
    ['a longer PIN', { pinRules: { ...RULES, minLength: 8 } }, {}, [{ kind: 'pin-rules', ...MENDED }], ['change-pin']],
    [
      'no trivial PIN',
      { pinRules: { ...RULES, forbidTrivial: true } },
      {},
      [{ kind: 'pin-rules', ...MENDED }],
      ['change-pin'],
    ],
    ['a PIN of other characters, which allows more', { pinRules: { ...RULES, digitsOnly: false } }, {}, [], []],
    [
      'rules of a PIN that nobody kept',
      { pinRules: { ...RULES, minLength: 8 } },
      { device: { ...device, pinRules: null } },
      [{ kind: 'pin-rules', ...MENDED }],
      ['change-pin'],
    ],
    ['a new passkey', { passkeys: passkeyPolicy }, {}, [{ kind: 'passkey-new', service: 'login' }], []],
    [
      'a passkey that is gone',
      {},
      { passkeys: [newPasskey('one', { service: 'login' })] },
      [{ kind: 'passkey-gone', service: 'login' }],
      [],
    ],
    [
      'days and the PIN',
      { certificateDays: 90, pinRules: { ...RULES, maxLength: 7 } },
      {},
      [
        { kind: 'pin-rules', ...MENDED },
        { kind: 'days', from: DAYS, to: 90 },
      ],
      ['change-pin', 'renew'],
    ],
    [
      'days and an algorithm',
      { certificateDays: 90, slots: { '9A': 'P-384', '9E': 'P-256' } },
      {},
      [
        { kind: 'algorithm', slot: '9A', from: 'P-256', to: 'P-384', ...MENDED },
        { kind: 'days', from: DAYS, to: 90 },
      ],
      ['update', 'renew'],
    ],
  ])('differ, or not, by %s', (_what, changes, about, expected, work) => {
    const differences = differencesFrom({ ...policy, ...changes }, { ...issued, ...about });
    expect(differences).toEqual(expected);
    expect(workAgainst(differences)).toEqual(work);
  });
});
