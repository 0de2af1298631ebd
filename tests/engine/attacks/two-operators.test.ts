import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  changePolicy,
  confirmProposal,
  devicePolicy,
  listPolicies,
  listProposals,
  withdrawProposal,
  type DevicePolicy,
  type FactorySecrets,
  type PolicyChange,
} from '@cardwright/cms/policies';
import { validate } from '@cardwright/protocol';
import { newAttestationAuthority } from '../../integration/portal/support/attestation-authority.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE } from '../support/test-people.js';

/** Attack: a single dishonest operator tries to loosen the policy. */

const SESSION = { by: 'olga', consent: 'session' } as const;
const PASSWORD = { by: 'olga', consent: 'proved' } as const;
const ALONE = { by: 'olga', consent: 'alone' } as const;
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const DAY = 24 * 60 * 60 * 1000;

const own = await newAttestationAuthority();
const other = await newAttestationAuthority();

let cms: TestCms;
let policy: DevicePolicy;
let factory: FactorySecrets;
beforeEach(async () => {
  cms = await TestCms.open({ policy: { slots: FEW_SLOTS, unprovenKeys: 'supervised', unlockNeedsCode: true } });
  const seed = cms.seeds.yubikey;
  if (!seed) throw new Error('there is a policy for YubiKeys');
  ({ policy, factory } = seed);
});

const kept = async () => ({ policies: cms.store.contents().policies, proposals: await listProposals(cms.store) });
const nowOf = async (model = 'yubikey') => (await listPolicies(cms.store)).find((one) => one.model === model)?.policy;
const change = (changes: Partial<DevicePolicy>, values?: Partial<FactorySecrets>): PolicyChange => ({
  model: 'yubikey',
  policy: validate(devicePolicy, { ...policy, ...changes }),
  ...(values ? { factory: { ...factory, ...values } } : {}),
});
const passkeys = (unproved: 'accept' | 'refuse') => ({
  ...validate(devicePolicy, { ...policy, passkeys: { services: ['portal'], unproved } }),
});

/** Confirms the waiting proposal as the other operator. */
async function confirm(by = 'oscar'): Promise<void> {
  const [proposal] = await listProposals(cms.store);
  await confirmProposal(cms.store, by, proposal?.id ?? UNKNOWN);
}

type Case = [what: string, change: () => PolicyChange, told: RegExp];

const WIDENING: Case[] = [
  [
    'a root of her own',
    () => change({ attestationRoots: [...policy.attestationRoots, own.root] }),
    /Trusted root: not trusted → .*SHA-256 [0-9a-f]{64}/,
  ],
  [
    "another root in the place of the vendor's",
    () => change({ attestationRoots: [own.root] }),
    /Trusted root: not trusted → /,
  ],
  [
    'two roots at once',
    () => change({ attestationRoots: [...policy.attestationRoots, own.root, other.root] }),
    /not trusted → .*not trusted → /,
  ],
  [
    'a root, behind text that is no certificate',
    () => change({ attestationRoots: [...policy.attestationRoots, `${own.root}\n${other.root}`] }),
    /Trusted root/,
  ],
  [
    'a root that cannot be read',
    () => change({ attestationRoots: [...policy.attestationRoots, '-----BEGIN CERTIFICATE-----'] }),
    /unreadable \(SHA-256/,
  ],
  [
    'devices that nobody vouches for',
    () => change({ unprovenKeys: 'allow' }),
    /on hold until an operator approves them → issued like any other/,
  ],
  [
    'them, beside a stricter PIN',
    () => change({ unprovenKeys: 'allow', pinRules: { ...policy.pinRules, minLength: 8 } }),
    /issued like any other/,
  ],
  [
    "them, with the vendor's root removed",
    () => change({ unprovenKeys: 'allow', attestationRoots: [] }),
    /→ not trusted/,
  ],
  [
    'devices of newer firmware that hide their serial number',
    () => change({ withoutSerialBefore: '6' }),
    /Devices whose vendor signs no serial number: .* before firmware 5 → .* before firmware 6/,
  ],
  ['a factory PUK that she knows', () => change({}, { puk: '87654321' }), /Factory values: set → others/],
  [
    'a factory management key that she knows',
    () => change({}, { managementKey: 'ab'.repeat(24) }),
    /Factory values: set → others/,
  ],
  ['a confidential PUK for everyone', () => change({}, { confidential: !factory.confidential }), /Factory PUK: /],
  [
    'passkeys that are on another device',
    () => ({ model: 'yubikey', policy: passkeys('accept') }),
    /Passkeys .*: refused → accepted/,
  ],
  [
    'new PINs without a code of another operator',
    () => change({ unlockNeedsCode: false }),
    /New PIN with the PUK: needs a one-time code of an operator → needs no code/,
  ],
  [
    'certificates that are valid for ten years',
    () => change({ certificateDays: 3650 }),
    /Days for which certificates are valid: \d+ → 3650/,
  ],
  [
    'cards that keep a management key that everyone knows',
    () => change({ acceptFixedManagementKey: true }),
    /Cards that cannot change their management key: refused → accepted/,
  ],
  [
    'cards whose 9D key nobody has seen sign',
    () => change({ keyManagementCannotSign: 'leave-out' }),
    /Cards whose 9D key cannot sign: refused → /,
  ],
  [
    'a weaker algorithm',
    () => change({ slots: { ...FEW_SLOTS, '9A': 'RSA-2048' } }),
    /Algorithm of 9A: P-256 → RSA-2048/,
  ],
  [
    'a key in another slot',
    () => change({ slots: { ...FEW_SLOTS, '9C': 'P-384' } }),
    /Algorithm of 9C: no key → P-384/,
  ],
  [
    'another model',
    () => ({ ...change({ modelName: 'Own token' }), model: 'token', factory }),
    /Model: not issued → Own token/,
  ],
  [
    'another model that refuses what is not proved',
    () => ({ ...change({ unprovenKeys: 'refuse', attestationRoots: [] }), model: 'token', factory }),
    /Model: /,
  ],
];

describe.each(WIDENING)('an operator who wants %s', (_what, widen, told) => {
  it('gets nothing with her session alone', async () => {
    const before = await kept();
    expect((await changePolicy(cms.store, SESSION, widen())).kind).toBe('consent-needed');
    expect(await kept()).toEqual(before);
  });

  it('gets nothing with her password either, nor by confirming it herself', async () => {
    const { policies } = await kept();
    expect((await changePolicy(cms.store, PASSWORD, widen())).kind).toBe('proposed');
    await expect(confirm('olga')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await kept()).policies).toEqual(policies);
  });

  it('gets it once another operator has confirmed it; the log names both, with old and new values', async () => {
    const { model, policy: wanted } = widen();
    await changePolicy(cms.store, PASSWORD, widen());
    await confirm();
    expect(await nowOf(model)).toEqual(wanted);
    expect((await kept()).proposals).toEqual([]);
    const [proposed, changed] = cms.audit.slice(-2);
    expect(proposed).toMatchObject({
      actor: 'olga',
      event: 'policy.proposed',
      detail: { changes: expect.stringMatching(told) },
    });
    expect(changed).toMatchObject({
      actor: 'oscar',
      event: 'policy.changed',
      detail: { model, trust: expect.stringMatching(told), proposedBy: 'olga' },
    });
  });

  it('gets it at once where there is no other operator; the log says so', async () => {
    const { model, policy: wanted } = widen();
    expect((await changePolicy(cms.store, ALONE, widen())).kind).toBe('saved');
    expect(await nowOf(model)).toEqual(wanted);
    expect(cms.audit.at(-1)?.detail).toMatchObject({ trust: expect.stringMatching(told), consent: 'alone' });
  });
});

const HARMLESS: [what: string, changes: () => PolicyChange][] = [
  ['refuses devices without a signed serial number', () => change({ withoutSerialBefore: null })],
  ['refuses what is not proved', () => change({ unprovenKeys: 'refuse' })],
  ['removes a root', () => change({ attestationRoots: [] })],
  ['has an intermediate certificate besides', () => change({ attestationIntermediates: [own.root] })],
  ['has no key in a slot any more', () => change({ slots: { '9E': FEW_SLOTS['9E'] } })],
  ['has longer PINs', () => change({ pinRules: { ...policy.pinRules, minLength: 8 } })],
  ['has certificates for a shorter time', () => change({ certificateDays: 30 })],
  [
    'writes the same roots in another order',
    () => change({ attestationRoots: [...policy.attestationRoots].reverse() }),
  ],
  ['sends the factory values that are there', () => change({ certificateDays: 31 }, {})],
];

describe('a change without a second operator', () => {
  it.each(HARMLESS)('needs only the session of an operator who %s', async (_what, harmless) => {
    const { policy: wanted } = harmless();
    expect((await changePolicy(cms.store, SESSION, harmless())).kind).toBe('saved');
    expect(await nowOf()).toEqual(wanted);
  });

  it('needs only the session of an operator who requires codes for new PINs', async () => {
    await changePolicy(cms.store, { by: 'seed', consent: 'administrator' }, change({ unlockNeedsCode: false }));
    expect((await changePolicy(cms.store, SESSION, change({ unlockNeedsCode: true }))).kind).toBe('saved');
    expect((await nowOf())?.unlockNeedsCode).toBe(true);
  });

  it('is neither saved nor logged if the policy stays the same', async () => {
    const before = await kept();
    const entries = cms.audit.length;
    expect((await changePolicy(cms.store, SESSION, change({}))).kind).toBe('saved');
    expect(await kept()).toEqual(before);
    expect(cms.audit).toHaveLength(entries);
  });

  it('does not undo a stricter policy by an outdated form', async () => {
    const stale = change({ certificateDays: 30 });
    await changePolicy(cms.store, { by: 'oscar', consent: 'session' }, change({ unprovenKeys: 'refuse' }));
    expect((await changePolicy(cms.store, SESSION, stale)).kind).toBe('consent-needed');
    expect((await nowOf())?.unprovenKeys).toBe('refuse');
  });
});

it('does not bring a weaker algorithm back by taking the slot away first', async () => {
  const { '9A': _taken, ...others } = FEW_SLOTS;
  expect((await changePolicy(cms.store, SESSION, change({ slots: others }))).kind).toBe('saved');
  const weaker = change({ slots: { ...others, '9A': 'RSA-2048' } });
  expect((await changePolicy(cms.store, SESSION, weaker)).kind).toBe('consent-needed');
  expect((await changePolicy(cms.store, PASSWORD, weaker)).kind).toBe('proposed');
  expect((await nowOf())?.slots).toEqual(others);
});

describe('a proposal', () => {
  const propose = async (changes: Partial<DevicePolicy> = { unprovenKeys: 'allow' }): Promise<string> => {
    await changePolicy(cms.store, PASSWORD, change(changes));
    return (await listProposals(cms.store))[0]?.id ?? UNKNOWN;
  };

  it.each<[how: string, end: (id: string) => Promise<unknown>]>([
    ['withdrawn', (id) => withdrawProposal(cms.store, 'olga', id)],
    ['refused by another operator', (id) => withdrawProposal(cms.store, 'oscar', id)],
    ['confirmed already', (id) => confirmProposal(cms.store, 'oscar', id)],
    ['replaced by another one', () => propose({ attestationRoots: [own.root] })],
    [
      'made for a policy that was changed since',
      () => changePolicy(cms.store, SESSION, change({ certificateDays: 30 })),
    ],
    [
      'made for a policy that became stricter',
      () => changePolicy(cms.store, SESSION, change({ unprovenKeys: 'refuse' })),
    ],
  ])('cannot be confirmed once it was %s', async (_how, end) => {
    const id = await propose();
    await end(id);
    const before = cms.store.contents().policies;
    await expect(confirmProposal(cms.store, 'oscar', id)).rejects.toMatchObject({ code: 'PROPOSAL_OVER' });
    await expect(withdrawProposal(cms.store, 'oscar', id)).rejects.toMatchObject({ code: 'PROPOSAL_OVER' });
    expect(cms.store.contents().policies).toEqual(before);
  });

  it('cannot be confirmed if it never existed', async () => {
    await expect(confirmProposal(cms.store, 'oscar', UNKNOWN)).rejects.toMatchObject({ code: 'PROPOSAL_OVER' });
  });

  it('expires after a week', async () => {
    const id = await propose();
    const [proposal] = await cms.store.transaction((transaction) => transaction.listProposals());
    if (!proposal) throw new Error('it was proposed');
    const put = (age: number) =>
      cms.store.transaction((transaction) =>
        transaction.putProposal({ ...proposal, proposedAt: new Date(Date.now() - age) }),
      );
    await put(7 * DAY + 1000);
    expect(await listProposals(cms.store)).toEqual([]);
    await expect(confirmProposal(cms.store, 'oscar', id)).rejects.toMatchObject({ code: 'PROPOSAL_OVER' });
    await put(7 * DAY - 60_000);
    await confirmProposal(cms.store, 'oscar', id);
    expect((await nowOf())?.unprovenKeys).toBe('allow');
  });

  it('is applied once when two operators confirm it at once', async () => {
    const id = await propose();
    const outcomes = await Promise.allSettled(['oscar', 'otto'].map((by) => confirmProposal(cms.store, by, id)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(cms.audit.filter(({ event }) => event === 'policy.changed')).toHaveLength(1);
  });

  it('reveals no factory value', async () => {
    const values = { pin: '246813', puk: '97531086', managementKey: 'ab'.repeat(24) };
    await changePolicy(cms.store, PASSWORD, change({}, values));
    const told = JSON.stringify([await kept(), cms.audit]);
    await confirm();
    for (const value of Object.values(values)) {
      expect(told).not.toContain(value);
      expect(JSON.stringify(cms.audit)).not.toContain(value);
    }
  });
});

it('cannot make an operator’s own software key an attested device', async () => {
  const alice = new CmsUser(cms, ALICE);
  await changePolicy(cms.store, { by: 'oscar', consent: 'administrator' }, change({ unprovenKeys: 'refuse' }));
  const widen = change({ unprovenKeys: 'refuse', attestationRoots: [...policy.attestationRoots, own.root] });
  await changePolicy(cms.store, SESSION, widen);
  await changePolicy(cms.store, PASSWORD, widen);
  const software = new TestCard('yubikey', cms.newSerial(), own);
  expect((await alice.issue(software)).error?.data.name).toMatch(/^ATTESTATION_/);
  await confirm();
  expect(await alice.issue(new TestCard('yubikey', cms.newSerial(), own))).toMatchObject({ deviceState: 'active' });
});
