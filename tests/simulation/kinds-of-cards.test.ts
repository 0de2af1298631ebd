// Alone proves: a card of each kind is issued with the policies of a new portal.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CARD_KINDS } from '@cardwright/protocol/devices';
import { makeCard, type ProfileName } from '@cardwright/virtual-card';
import { CardCopy } from './support/card-copy.js';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { findLosses } from './support/soundness.js';
import { FIRST_PIN, Workplace } from './support/workplace.js';
import { everyOrOneIn, thoroughIt } from '../support/thorough.js';

const OTHER_PIN = '862713';
const ATTESTATION_KEY = 0xf9;
const pool = new KeyPool();

/** A virtual card of each kind that can be tried. */
const CARDS = {
  'nitrokey-3': ['nitrokey-3'],
  'solo-2': ['solo-2'],
  pivapplet: ['pivapplet'],
  'yubikey-4': ['yubikey-4.3.7'],
  'yubikey-5': ['yubikey-5.4'],
  'yubikey-5.7': ['yubikey-5.7.2', 'yubikey-5.8'],
  'yubikey-6': ['yubikey-6'],
  openfips201: ['openfips201'],
  any: ['piv', 'piv-strict', 'piv-aes-128', 'piv-aes-256', 'piv-fixed-objects', 'piv-t0'],
} as const satisfies Readonly<Record<string, readonly ProfileName[]>>;

let cms: MemoryCms;
beforeAll(async () => {
  cms = await MemoryCms.open({ algorithm: 'P-256', shipped: true });
});
afterAll(() => cms.close());
beforeEach(() => cms.clear());

const blank = (profile: ProfileName, keys = pool.source()): Promise<Workplace> =>
  Workplace.open({ cms, profile, keys });

async function expectDone(workplace: Workplace, kind: Parameters<Workplace['session']>[0]): Promise<void> {
  workplace.card.insert();
  const end = await workplace.session(kind);
  expect({
    kind,
    reason: 'reason' in end ? end.reason : null,
    error: 'error' in end ? end.error.toWire() : null,
  }).toEqual({ kind, reason: null, error: null });
  expect(end).toMatchObject({ answer: { state: 'done' } });
}

async function issue(workplace: Workplace): Promise<void> {
  await expectDone(workplace, 'issue');
  const { cms: at } = workplace;
  for (const { id, state } of await at.devices()) if (state === 'awaiting-approval') await at.act(id, 'approve');
}

interface Life {
  readonly pin: string;
  readonly otherPin: string;
  readonly factoryPin: string;
}
const LIFE: Life = { pin: FIRST_PIN, otherPin: OTHER_PIN, factoryPin: '123456' };

/** Issues, unlocks, renews and erases a card, and issues it again. */
async function live(profile: ProfileName, at: MemoryCms, { pin, otherPin, factoryPin } = LIFE): Promise<void> {
  const keys = pool.source();
  const first = await Workplace.open({ cms: at, profile, keys, pin });
  await issue(first);
  expect(await at.devices()).toMatchObject([{ state: 'active' }]);
  const { state } = first.card;
  await expectDone(await Workplace.open({ cms: at, state, keys, pin: otherPin, formerPin: pin }), 'unlock');
  expect(await CardCopy.of(state).acceptsPin(otherPin)).toBe(true);
  const again = await Workplace.open({ cms: at, state, keys, pin: otherPin });
  await expectDone(again, 'renew');
  expect(await findLosses(again)).toEqual([]);
  await expectDone(again, 'erase');
  expect(await CardCopy.of(state).acceptsPin(factoryPin)).toBe(true);
  await issue(await Workplace.open({ cms: at, state, keys, pin }));
}

const profiles: readonly ProfileName[] = Object.values(CARDS).flat();
/** Those that do more than be issued. */
const walking = everyOrOneIn(3, profiles);

for (const profile of profiles.filter((one) => !walking.includes(one)))
  it(`issues ${profile} with the policies of a new portal`, async () => {
    await issue(await blank(profile));
    expect(await cms.devices()).toMatchObject([{ state: 'active' }]);
  });

it.each(walking)('issues, unlocks, renews and erases %s with the policies of a new portal', (profile) =>
  live(profile, cms),
);

thoroughIt(
  'does the same with a card of eight digits, once the policy of plain cards has the values of its delivery',
  async () => {
    const factory = {
      secrets: { pin: '11223344' },
      policy: { pinRules: { minLength: 8, maxLength: 8, digitsOnly: true, forbidTrivial: true } },
    };
    const told = await MemoryCms.open({ algorithm: 'P-256', shipped: true, factory });
    await live('piv-8-digits', told, { pin: '73915428', otherPin: '86271328', factoryPin: '11223344' });
    await told.close();
  },
);

it('has a virtual card of each kind that is said to be tried', () => {
  const tried = CARD_KINDS.filter((kind) => kind.tried !== 'never').map(({ key }) => key);
  expect(Object.keys(CARDS).sort()).toEqual(tried.sort());
});

describe('a Nitrokey 3', () => {
  it('is another device than the one that was issued before it, with the same serial number', async () => {
    const keys = pool.source();
    await issue(await blank('nitrokey-3', keys));
    await issue(await blank('nitrokey-3', keys));
    expect(await cms.devices()).toMatchObject([{ state: 'active' }, { state: 'active' }]);
  });
});

describe('a card that was issued as a YubiKey, because its host did not tell it apart', () => {
  it('is found by its GUID, unlocked, renewed and given back as the same device', async () => {
    const trusting = await MemoryCms.open({ algorithm: 'P-256', unprovenYubikeys: 'supervised' });
    const keys = pool.source();
    const card = await makeCard({ profile: 'applet-attests' });
    // No house trusts the vendor of this key.
    card.keys.delete(ATTESTATION_KEY);
    const before = await Workplace.open({ cms: trusting, state: card, keys });
    await expectDone(before, 'issue');
    for (const { id, state } of await trusting.devices()) if (state !== 'active') await trusting.act(id, 'approve');
    // The same card names itself now.
    const state = { ...card, profile: 'pivapplet' } as const;
    await expectDone(
      await Workplace.open({ cms: trusting, state, keys, pin: OTHER_PIN, formerPin: FIRST_PIN }),
      'unlock',
    );
    const again = await Workplace.open({ cms: trusting, state, keys, pin: OTHER_PIN });
    await expectDone(again, 'renew');
    await expectDone(again, 'erase');
    expect(await trusting.devices()).toMatchObject([{ state: 'available' }]);
    await trusting.close();
  });
});

describe('a card with a management key that nobody has set in its policy', () => {
  /** Opens the workplace of a blank plain card whose key has this algorithm (SP 800-78-4, table 6-2) and another length than the keys of the policy. */
  async function withKey(algorithm: number): Promise<Workplace> {
    const workplace = await blank('piv');
    Object.assign(workplace.card.state.managementKey, { algorithm });
    return workplace;
  }

  it('is refused with what it answered, and with what to set', async () => {
    // No card has this algorithm.
    const end = await (await withKey(0x7f)).session('issue');
    const reason = 'error' in end ? end.error.toWire().data.details?.reason : null;
    expect(reason).toContain('the card refuses 3DES, AES-128, AES-192, AES-256.');
    expect(reason).toContain('otherManagementKeys in the policy piv');
  });
});

describe('a policy of an earlier version, which names one factory key', () => {
  it('still issues the cards that have it, and says of others what to set', async () => {
    const old = await MemoryCms.open({ algorithm: 'P-256', shipped: true, factoryKeys: 'one' });
    const session = async (profile: ProfileName) =>
      (await Workplace.open({ cms: old, profile, keys: pool.source() })).session('issue');
    expect(await session('piv')).toMatchObject({ kind: 'answered', answer: { state: 'done' } });
    const end = await session('piv-aes-256');
    expect('error' in end ? end.error.toWire().data.details?.reason : null).toContain('the card refuses 3DES.');
    await old.close();
  });
});
