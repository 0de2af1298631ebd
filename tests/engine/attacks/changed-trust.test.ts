// Alone proves: each phase of each operation notices that the trust in its device has changed.
import { describe, expect, it } from '@jest/globals';
import type { ActionName, DeviceState } from '@cardwright/cms/devices';
import type { DevicePolicy } from '@cardwright/cms/policies';
import { CardwrightError } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import { newAttestationAuthority } from '../../integration/portal/support/attestation-authority.js';
import type { TestCard } from '../../support/host-and-card/test-card.js';
import { everyOrOneIn } from '../../support/thorough.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE, OLGA } from '../support/test-people.js';

/** At each step of an operation, trust that existed when it began has been withdrawn. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const olga = new CmsUser(cms, OLGA);
const another = await newAttestationAuthority();

type Model = 'yubikey' | 'piv';
type Outcome = 'active' | 'awaiting-approval' | 'refused';

const STEPS = ['authenticate', 'personalize', 'keys', 'certificates', 'pin'] as const;
const CHANGES: readonly [
  what: string,
  model: Model,
  before: Partial<DevicePolicy>,
  after: Partial<DevicePolicy>,
  Outcome,
][] = [
  ['allow becomes refuse', 'piv', { unprovenKeys: 'allow' }, { unprovenKeys: 'refuse' }, 'refused'],
  ['allow becomes supervised', 'piv', { unprovenKeys: 'allow' }, { unprovenKeys: 'supervised' }, 'awaiting-approval'],
  ['supervised becomes refuse', 'piv', { unprovenKeys: 'supervised' }, { unprovenKeys: 'refuse' }, 'refused'],
  ['supervised becomes allow', 'piv', { unprovenKeys: 'supervised' }, { unprovenKeys: 'allow' }, 'active'],
  ['the root is removed', 'yubikey', {}, { attestationRoots: [] }, 'refused'],
  ['the root is replaced', 'yubikey', {}, { attestationRoots: [another.root] }, 'refused'],
  [
    'the root is removed, and an operator may approve',
    'yubikey',
    {},
    { attestationRoots: [], unprovenKeys: 'supervised' },
    'awaiting-approval',
  ],
  ['another root is added', 'yubikey', {}, { attestationRoots: [cms.vendor.root, another.root] }, 'active'],
  [
    'the root is removed, and anything is allowed',
    'yubikey',
    {},
    { attestationRoots: [], unprovenKeys: 'allow' },
    'active',
  ],
  [
    'the root becomes an intermediate certificate alone',
    'yubikey',
    {},
    { attestationRoots: [], attestationIntermediates: [cms.vendor.root] },
    'refused',
  ],
  ['the root can no longer be read', 'yubikey', {}, { attestationRoots: ['-----BEGIN CERTIFICATE-----'] }, 'refused'],
  [
    'what was allowed without a root is refused',
    'yubikey',
    { attestationRoots: [], unprovenKeys: 'allow' },
    { attestationRoots: [], unprovenKeys: 'refuse' },
    'refused',
  ],
  [
    'cards must change their management key',
    'piv',
    { unprovenKeys: 'allow' },
    { acceptFixedManagementKey: false },
    'active',
  ],
];

/** Starts and continues until the CMS has sent a step of this phase. */
async function begin(card: TestCard, phase: string) {
  const host = await alice.openHost(card);
  let answer = await alice.operate('', host.startRequest);
  while (answer.step && answer.phase.name !== phase) {
    const outcomes = await host.run(answer.step.jws);
    answer = await alice.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
  }
  expect([answer.state, answer.phase.name]).toEqual(['running', phase]);
  return { host, answer };
}

async function finish({ host, answer }: Awaited<ReturnType<typeof begin>>): Promise<OperationAnswer> {
  let last = answer;
  while (last.step) {
    const outcomes = await host.run(last.step.jws);
    last = await alice.operate(`/${last.operation}/results`, { step: last.step.number, outcomes });
  }
  return last;
}

const phasesOf = (model: Model): readonly string[] =>
  // A plain card's first own step generates its keys.
  STEPS.filter((phase) => model === 'yubikey' || phase !== 'personalize');

describe.each(CHANGES)('while a device is issued, %s (%s)', (_what, model, before, after, expected) => {
  it.each(everyOrOneIn(5, phasesOf(model)))('is judged by the new policy in the phase %s', async (phase) => {
    await cms.setPolicy(model, before);
    const known = cms.devices.length;
    const running = await begin(cms.newCard(model), phase);
    await cms.setPolicy(model, after);
    const answer = await finish(running);
    const rows = cms.devices.slice(known);
    if (expected === 'refused') {
      expect(answer.error?.data.name).toMatch(/^ATTESTATION_/);
      expect(rows.map(({ state }) => state)).not.toContain('active');
      expect(rows.flatMap(({ certificates }) => certificates.map(({ status }) => status))).not.toContain('good');
    } else {
      expect(answer).toMatchObject({ state: 'done', deviceState: expected });
    }
  });
});

/** Actions with a phase, whether they apply there, which ends the session, and the device's state afterwards. */
const ACTIONS: readonly [action: ActionName, phase: string, applies: boolean, DeviceState][] = [
  ['terminate', 'keys', true, 'terminated'],
  ['terminate', 'certificates', true, 'terminated'],
  ['terminate', 'pin', true, 'terminated'],
  ['suspend', 'pin', true, 'suspended'],
  ['suspend', 'keys', false, 'active'],
  ['activate', 'pin', false, 'active'],
  ['approve', 'pin', false, 'active'],
  ['release', 'certificates', false, 'active'],
];

describe('while a device is issued, an operator', () => {
  it.each(ACTIONS)(
    'tries to %s it in the phase %s (%s), and it is %s afterwards',
    async (action, phase, applies, state) => {
      await cms.setPolicy('yubikey');
      const card = cms.newCard('yubikey');
      const running = await begin(card, phase);
      const { id } = cms.deviceOf(card);
      const acted = await olga.act(id, action, action === 'release' ? 'lost' : undefined);
      expect(acted.code).toBe(applies ? undefined : 'DEVICE_STATE');
      const answer = await finish(running);
      expect(answer.error?.data.name).toBe(applies ? 'DEVICE_STATE' : undefined);
      const row = cms.deviceOf(card);
      expect(row.state).toBe(state);
      expect(row.certificates.map(({ status }) => status)).not.toContain(applies ? 'good' : 'revoked');
    },
  );
});

it('names its person in a certificate as they are called when it is issued', async () => {
  await cms.setPolicy('yubikey');
  const card = cms.newCard('yubikey');
  const { host, answer } = await begin(card, 'keys');
  const renamed = new CmsUser(cms, { ...ALICE, displayName: 'Alice Renamed' });
  const outcomes = await host.run(answer.step?.jws ?? '');
  await renamed.operate(`/${answer.operation}/results`, { step: answer.step?.number, outcomes });
  const login = cms.deviceOf(card).certificates.find(({ slot }) => slot === '9A');
  expect(login?.subject).toContain('Alice Renamed');
});

describe('what waits for an operator', () => {
  it('cannot be approved once the policy refuses it', async () => {
    await cms.setPolicy('piv', { unprovenKeys: 'supervised' });
    const card = cms.newCard('piv');
    await alice.issue(card);
    const { id } = cms.deviceOf(card);
    await cms.setPolicy('piv', { unprovenKeys: 'refuse' });
    expect((await olga.act(id, 'approve')).code).toBe('DEVICE_NOT_ELIGIBLE');
    expect(cms.deviceOf(card).state).toBe('awaiting-approval');
    await cms.setPolicy('piv', { unprovenKeys: 'supervised' });
    expect(await olga.act(id, 'approve')).toMatchObject({ body: { state: 'active' } });
  });

  it('cannot be activated with its initial PIN once its vendor is not trusted any more', async () => {
    await cms.setPolicy('yubikey');
    const card = cms.newCard('yubikey');
    const host = await alice.openHost(card);
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    await alice.relay(host);
    const { id } = cms.deviceOf(card);
    await cms.setPolicy('yubikey', { attestationRoots: [] });
    expect((await olga.act(id, 'activate')).code).toBe('DEVICE_NOT_ELIGIBLE');
    expect(cms.deviceOf(card).state).toBe('pending');
    await cms.setPolicy('yubikey');
    expect(await olga.act(id, 'activate')).toMatchObject({ body: { state: 'active' } });
  });

  it('cannot become active through operations that were kept in reserve', async () => {
    await cms.setPolicy('piv', { unprovenKeys: 'allow' });
    const cards = Array.from({ length: 5 }, () => cms.newCard('piv'));
    const kept = [];
    for (const card of cards) kept.push(await begin(card, 'pin'));
    await cms.setPolicy('piv', { unprovenKeys: 'refuse' });
    for (const one of kept) await finish(one);
    expect(cards.map((card) => cms.deviceOf(card).state)).toEqual(cards.map(() => 'pending'));
    for (const card of cards) expect((await alice.judge(card)).action).toBeNull();
  });
});
