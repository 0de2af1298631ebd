import { readFileSync } from 'node:fs';
import {
  ACTION_NAMES,
  allowedActions,
  canIssueCode,
  canShowInitialPin,
  DEVICE_STATES,
  mayFollow,
  OPERATOR_ACTIONS,
  OWNER_ACTION_NAMES,
  ownerMay,
  PHONE,
  SECURITY_KEY,
  STATES,
  type ActionName,
  type DeviceState,
  type OwnerActionName,
} from '@cardwright/cms/devices';
import type { Device, Person } from '@cardwright/cms/store';
import { describe, expect, it } from '@jest/globals';
import { withActions } from '../../portal/src/server/devices/publish-actions.js';
import { RIGHTS_OF } from '../../portal/src/server/rights.js';
import { ROUTES } from '../../portal/src/features/list.js';
import { isOpen } from '../../portal/src/server/routes/table/route.js';
import { newDevice } from '../integration/store/rows.js';
import { CmsUser } from './support/cms-user.js';
import { TestCms } from './support/test-cms.js';
import { ALICE, BOB, OLGA, OSCAR } from './support/test-people.js';

/** Every action in every state by everyone: a state that follows, or the code of the refusal. Pages have a button where it is no refusal. */

const cms = await TestCms.open();
await cms.setPolicy('piv', { unprovenKeys: 'supervised', unlockNeedsCode: true });
const WHY = 'Nobody knows this card.';

type Course = Partial<Record<DeviceState, DeviceState>>;

/** The state that follows each action of an operator other than the owner, if the device meets the action's condition. Any other state refuses. */
const BY_OPERATORS: Readonly<Record<ActionName, Course>> = {
  approve: { 'awaiting-approval': 'active' },
  decline: { 'awaiting-approval': 'failed' },
  'approve-puk': { producing: 'producing' },
  'approve-unlock': { active: 'active' },
  'allow-retry': { failed: 'failed' },
  activate: { pending: 'active' },
  resume: { suspended: 'awaiting-approval' },
  'ask-renew': { active: 'active' },
  'ask-update': { active: 'active' },
  'ask-change-pin': { active: 'active' },
  'ask-back': { active: 'active' },
  suspend: { pending: 'suspended', 'awaiting-approval': 'suspended', active: 'suspended' },
  release: { failed: 'available', terminated: 'available' },
  terminate: {
    producing: 'terminated',
    pending: 'terminated',
    'awaiting-approval': 'terminated',
    active: 'terminated',
    suspended: 'terminated',
    failed: 'terminated',
  },
};
/** The state that follows each action of an owner. */
const BY_OWNERS: Readonly<Record<OwnerActionName, Course>> = {
  continue: { producing: 'producing', pending: 'pending', failed: 'failed' },
  'start-again': { failed: 'available' },
  rename: {
    producing: 'producing',
    pending: 'pending',
    'awaiting-approval': 'awaiting-approval',
    active: 'active',
    suspended: 'suspended',
    failed: 'failed',
  },
  report: { pending: 'suspended', 'awaiting-approval': 'suspended', active: 'suspended', suspended: 'suspended' },
  'take-back': { suspended: 'awaiting-approval' },
  replace: { suspended: 'suspended' },
};
/** Actions that an operator cannot take on a device of their own, if no vendor vouches for it. */
const FOR_ANOTHER: readonly ActionName[] = [
  'approve',
  'decline',
  'approve-puk',
  'approve-unlock',
  'allow-retry',
  'activate',
  'ask-renew',
];
/** Actions for which this is so even if a vendor vouches for the device. */
const FOR_ANOTHER_ALWAYS = FOR_ANOTHER.filter((name) => name !== 'activate');
/** Actions that apply to mobile devices. */
const FOR_PHONES: readonly string[] = ['activate', 'resume', 'suspend', 'terminate', 'rename', 'report', 'take-back'];

/** Facts that a device needs for an action to apply, and facts with which it does not apply. */
const CONDITIONS: Partial<Record<ActionName, readonly [met: Partial<Device>, missed: Partial<Device>]>> = {
  'approve-puk': [{ stateReason: 'APPROVAL_NEEDED' }, { stateReason: 'APPROVAL_NEEDED', pukApprovedAt: new Date(0) }],
  'approve-unlock': [{ stateReason: 'APPROVAL_NEEDED' }, { stateReason: null }],
  'allow-retry': [{ stateReason: `declined by an operator: ${WHY}` }, { stateReason: 'CANCELLED' }],
  activate: [{ hasInitialPin: true }, { hasInitialPin: false }],
  resume: [{ stateBeforeSuspension: 'awaiting-approval' }, { stateBeforeSuspension: null }],
  'ask-renew': [{}, { model: SECURITY_KEY }],
  'ask-update': [{}, { model: SECURITY_KEY }],
  'ask-change-pin': [{}, { model: SECURITY_KEY }],
  'ask-back': [{}, { model: SECURITY_KEY }],
};

const reported = (incident: Device['incident']): Partial<Device> => ({
  incident,
  stateReason: `reported ${incident ?? ''} by its owner`,
  stateBeforeSuspension: 'awaiting-approval',
});
/** The same for the actions of owners. */
const OWNERS_CONDITIONS: Partial<Record<OwnerActionName, readonly [met: Partial<Device>, missed: Partial<Device>]>> = {
  report: [reported('damaged'), reported('stolen')],
  'take-back': [reported('lost'), reported('stolen')],
  replace: [reported('stolen'), { ...reported('lost'), stateReason: 'suspended by an operator: Wait.' }],
};

async function put(owner: Person, about: Partial<Device>): Promise<Device> {
  const device = newDevice(owner.id, { model: 'piv', ...about });
  await cms.store.transaction((transaction) => transaction.insertDevice(device));
  return device;
}
const stateOf = (id: string) => cms.store.contents().devices.find((device) => device.id === id)?.state;

/** Olga, who has made Bob's account. */
const OLGA_WITH_BOB = { ...OLGA, dependsOn: [BOB.id] };
const olga = new CmsUser(cms, OLGA_WITH_BOB);
const wordsFor = (name: ActionName) => (OPERATOR_ACTIONS[name].reason === 'required' ? WHY : undefined);

/** Lets Olga act, and expects the state that follows or the code of the refusal, and a button only in the first case. */
async function expectOutcome(
  name: ActionName,
  device: Device,
  to: DeviceState | undefined,
  code: string,
): Promise<void> {
  const isOffered = allowedActions(device, OLGA_WITH_BOB, []).some((action) => action.name === name);
  const before = cms.store.contents();
  const answer = await olga.act(device.id, name, wordsFor(name));
  const what = { name, state: device.state, proof: device.proof, owner: device.ownerId };
  if (to === undefined) {
    expect({ ...what, code: answer.code, isOffered }).toEqual({ ...what, code, isOffered: false });
    expect(cms.store.contents()).toEqual(before);
  } else {
    expect({ ...what, body: answer.body, isOffered }).toEqual({ ...what, body: { state: to }, isOffered: true });
    expect(stateOf(device.id)).toBe(to);
    expect(device.state === to || mayFollow(device.state, to)).toBe(true);
  }
}

describe.each(ACTION_NAMES)('the operator’s action %s', (name) => {
  const [met = {}, missed] = CONDITIONS[name] ?? [];
  const course = BY_OPERATORS[name];

  it.each(STATES)('has one outcome for another operator where the device is %s', async (state) => {
    for (const proof of ['attested', 'not-proved'] as const)
      await expectOutcome(name, await put(ALICE, { state, proof, ...met }), course[state], 'DEVICE_STATE');
    if (missed) await expectOutcome(name, await put(ALICE, { state, ...missed }), undefined, 'DEVICE_STATE');
  });

  it.each(STATES)('has one outcome for an operator on the owner’s side where the device is %s', async (state) => {
    for (const owner of [OLGA, BOB]) {
      for (const proof of ['attested', 'not-proved'] as const) {
        const isForAnother = (proof === 'attested' ? FOR_ANOTHER_ALWAYS : FOR_ANOTHER).includes(name);
        const code = isForAnother && course[state] !== undefined ? 'FORBIDDEN' : 'DEVICE_STATE';
        const to = isForAnother ? undefined : course[state];
        await expectOutcome(name, await put(owner, { state, proof, ...met }), to, code);
      }
    }
  });

  it.each(STATES)('has one outcome for a mobile device that is %s', async (state) => {
    const phone = await put(ALICE, { model: PHONE, state, ...met });
    await expectOutcome(name, phone, FOR_PHONES.includes(name) ? course[state] : undefined, 'DEVICE_STATE');
  });
});

it('leaves every action of operators to operators, so that an owner without that role has none', () => {
  const routes = Object.entries(ROUTES).filter(([address]) => address.includes(' /api/operator/'));
  expect(routes.map(([address]) => address)).toContain('POST /api/operator/devices/{id}/{action}');
  expect(routes.filter(([, { who }]) => isOpen(who) || RIGHTS_OF.user.includes(who))).toEqual([]);
});

const SITUATION = { isRunning: true, policy: { reset: 'allow' } } as const;

describe.each(OWNER_ACTION_NAMES)('the owner’s action %s', (name) => {
  const [met = {}, missed] = OWNERS_CONDITIONS[name] ?? [];
  it.each(STATES)('is open where the device is %s, or not', (state) => {
    const device = newDevice(ALICE.id, { state, ...met });
    expect(ownerMay(name, device, SITUATION)).toBe(BY_OWNERS[name][state] !== undefined);
    const phone = { ...device, model: PHONE };
    expect(ownerMay(name, phone, SITUATION)).toBe(FOR_PHONES.includes(name) && BY_OWNERS[name][state] !== undefined);
    if (missed) expect(ownerMay(name, { ...device, ...missed }, SITUATION)).toBe(false);
  });
});

const freshly = (person: Person) => ({
  person,
  language: 'en',
  proof: { at: new Date(), by: 'password', device: null } as const,
});

/** Calls of owners that change a row. */
const CALLS: Readonly<Record<Exclude<OwnerActionName, 'continue'>, (person: Person, id: string) => Promise<unknown>>> =
  {
    'start-again': (person, id) => cms.running.startAgain(person, id),
    rename: (person, id) => cms.running.rename(person, id, { name: 'Blue badge' }),
    report: (person, id) => cms.running.report(person, id, { incident: 'stolen' }),
    'take-back': (person, id) => cms.running.takeBack(freshly(person), id),
    replace: (person, id) => cms.running.replace(freshly(person), id),
  };

describe.each(OWNER_ACTION_NAMES.filter((name) => name !== 'continue'))('the call %s', (name) => {
  const [met = {}] = OWNERS_CONDITIONS[name] ?? [];
  const outcome = (person: Person, id: string): Promise<unknown> =>
    CALLS[name](person, id).then(
      () => stateOf(id),
      (error: unknown) => error,
    );

  it.each(STATES)('has one outcome for the owner where the device is %s', async (state) => {
    const { id } = await put(ALICE, { state, ...met });
    const to = BY_OWNERS[name][state];
    if (to === undefined) expect(await outcome(ALICE, id)).toMatchObject({ code: 'DEVICE_STATE', data: { state } });
    else expect(await outcome(ALICE, id)).toBe(to);
  });

  it.each(STATES)('tells nobody else that there is a device that is %s', async (state) => {
    const { id } = await put(ALICE, { state, ...met });
    for (const person of [BOB, OLGA, OSCAR])
      expect(await outcome(person, id)).toMatchObject({ code: 'DEVICE_STATE', data: { state: 'unknown' } });
    expect(stateOf(id)).toBe(state);
  });
});

describe('the secrets that operators can give out', () => {
  it.each(STATES)('are a one-time code for an active card, where the device is %s', async (state) => {
    const policy = { unlockNeedsCode: true };
    for (const owner of [ALICE, OLGA, BOB]) {
      const operator = OLGA_WITH_BOB;
      const device = await put(owner, { state });
      const issued = cms.running.issueUnlockCode(operator, device.id, { seen: cms.versionOf(device.id) });
      const code = await issued.then(
        () => null,
        (error: unknown) => error,
      );
      const refusal = state !== 'active' ? 'DEVICE_STATE' : owner === ALICE ? null : 'FORBIDDEN';
      expect(canIssueCode(device, operator, policy)).toBe(refusal === null);
      if (refusal === null) expect(code).toBeNull();
      else expect(code).toMatchObject({ code: refusal });
    }
  });

  it.each(STATES)('are an initial PIN that is known to be on the card, where the device is %s', (state) => {
    const device = newDevice(ALICE.id, { state, hasInitialPin: true });
    expect(canShowInitialPin(device)).toBe(state === 'pending' || state === 'active');
    expect(canShowInitialPin({ ...device, hasInitialPin: false })).toBe(false);
    expect(canShowInitialPin({ ...device, model: PHONE })).toBe(false);
  });
});

describe('the table of actions', () => {
  it('is drawn in the documents as it is', () => {
    const document = readFileSync(new URL('../../docs/issuance.md', import.meta.url), 'utf8');
    expect(withActions(document)).toBe(document);
    for (const [from, { next }] of Object.entries(DEVICE_STATES))
      for (const to of next)
        expect(document).toContain(`  ${from.replaceAll('-', '_')} --> ${to.replaceAll('-', '_')}`);
    for (const name of [...OWNER_ACTION_NAMES, ...ACTION_NAMES]) expect(document).toContain(`| \`${name}\` `);
  });
});
