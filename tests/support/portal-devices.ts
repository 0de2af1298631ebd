import { addPasskey, changeFidoPin, removePasskey, renew, STANDARD_OPERATIONS, update } from '@cardwright/cms';
import { sayIn } from '@cardwright/cms/operations';
import { models } from '@cardwright/words/en/dialogs/models';
import { OPERATOR_ACTIONS, workOf, type ActionName } from '../../cms/src/actions/operator-actions.js';
import type { MyDevice, OperatorDevice } from '../../portal/src/pages/api.js';

/** Devices as the portal's pages receive them. */

const certificate = (slot: string, algorithm: string, status: string): object => ({
  slot,
  algorithm,
  status,
  serialNumber: '5f1c8e0a9b3d4c72a6e1f08b7d92c435',
  subject: 'CN=Ada Lovelace',
  proof: 'attested',
  notBefore: '2026-11-25T10:00:00.000Z',
  notAfter: '2029-11-24T10:00:00.000Z',
});

/** The actions that the server offers an operator who does not own the device. */
const ACTIONS: Readonly<Record<string, readonly ActionName[]>> = {
  producing: ['terminate'],
  pending: ['activate', 'suspend', 'terminate'],
  'awaiting-approval': ['approve', 'decline', 'suspend', 'terminate'],
  active: ['suspend', 'terminate'],
  suspended: ['resume', 'terminate'],
  failed: ['release', 'terminate'],
  terminated: ['release'],
};
/** States in which an owner can report a device. */
const IN_HANDS: readonly string[] = ['pending', 'awaiting-approval', 'active', 'suspended'];

const actions = (...names: readonly ActionName[]): object[] =>
  names.map((name) => ({ name, reason: OPERATOR_ACTIONS[name].reason, asksFor: workOf(name) }));

/** The operations that a device can offer. A real server asks each of them about the device. */
const OFFERED = STANDARD_OPERATIONS.filter(({ isOffered }) => isOffered !== undefined);

/** The operations on passkeys. */
const ON_PASSKEYS = [addPasskey, removePasskey, changeFidoPin].map(({ kind }) => kind);

/** Operations that are offered for a device that has passkeys or may get some, or that differs from its policy. */
const FOR_SOME: readonly string[] = [...ON_PASSKEYS, update.kind];

/** The operations that an active device offers that is as its policy wants it, and whose certificates end soon. */
const AT_THE_END = OFFERED.map(({ kind }) => kind).filter((kind) => !FOR_SOME.includes(kind));
/** The operations that such a device offers while its certificates are good for long. */
const OFFERED_AT_FIRST = AT_THE_END.filter((kind) => kind !== renew.kind);

/** Lists the operations that devices can offer, as the portal's pages receive them. */
export const offersIn = (language: string): object[] =>
  OFFERED.map(({ kind, title, label = title, subject }) => ({
    kind,
    label: sayIn(language, label),
    ...(subject === undefined ? {} : { subject }),
  }));

/** Returns the server's version of a device that the page shows. */
export const versionOf = (id: string): string => `version-of-${id}`.padEnd(43, '-');

/** Describes a device as the portal's server does, with every member that operators or owners receive. */
export const device = (id: string, state: string, changes: object = {}): object => {
  const described: Record<keyof OperatorDevice | keyof MyDevice, unknown> = {
    id,
    version: versionOf(id),
    owner: { id: 'p1', username: 'ada', displayName: 'Ada Lovelace', left: null },
    isForLeaving: false,
    model: 'yubikey',
    modelName: models.yubikey,
    name: null,
    isPhone: false,
    serial: '11223344',
    serialProved: true,
    guid: '7d1a3f10-4b1f-4c39-9d5e-0e6f0a6b9b11',
    firmware: '5.7.1',
    system: null,
    state,
    stateReason: null,
    said: null,
    declined: null,
    work: [],
    ownWork: [],
    proof: 'attested',
    managementKey: 'own',
    hasInitialPin: state === 'pending',
    isPukApproved: false,
    createdAt: '2026-11-25T10:00:00.000Z',
    issuedAt: '2026-11-25T10:01:00.000Z',
    activatedAt: state === 'active' ? '2026-11-25T10:02:00.000Z' : null,
    certificates: ['9A', '9C', '9D', '9E'].map((slot) =>
      certificate(slot, slot === '9D' ? 'RSA-2048' : 'P-256', state === 'active' ? 'good' : 'on-hold'),
    ),
    goodUntil: state === 'active' ? '2029-11-24T10:00:00.000Z' : null,
    expiry: null,
    codeIssuedAt: null,
    canIssueCode: false,
    canShowPin: state === 'pending',
    suspended: state === 'suspended' ? { at: '2026-11-27T09:00:00.000Z', reason: null } : null,
    passkeys: [],
    isDeletable: false,
    operations: state === 'active' ? OFFERED_AT_FIRST : [],
    actions: actions(...(ACTIONS[state] ?? [])),
    ownerActions: [],
    incident: null,
    reportActions: {
      report: IN_HANDS.includes(state) ? ['left-at-home', 'lost', 'damaged', 'stolen'] : [],
      takeBack: false,
      replace: false,
    },
  };
  return { ...described, ...changes };
};

const passkey = (id: string, title: string, changes: object = {}): object => ({
  id,
  title,
  name: 'YubiKey (11223344)',
  place: 'proved',
  createdAt: '2026-11-25T10:01:00.000Z',
  lastUsedAt: null,
  ...changes,
});

/** Passkeys as their owner receives them: one proved to be on the device, one not. */
export const PASSKEYS = [
  passkey('p1', 'Microsoft Entra ID', { place: 'not-proved' }),
  passkey('p2', 'This portal', { lastUsedAt: '2026-11-26T07:30:00.000Z' }),
];

const about = { aaguid: 'd7781e5d-e353-46aa-afe2-3ca49f13332a', attested: true, way: 'host', removalDueAt: null };
/** The same passkeys as operators receive them, and one still to be removed. */
export const OPERATOR_PASSKEYS = [
  { ...PASSKEYS[0], ...about, rpId: 'login.microsoft.com', way: 'window', attested: false },
  { ...PASSKEYS[1], ...about, rpId: 'cms.example' },
  { ...PASSKEYS[1], ...about, id: 'p3', rpId: 'cms.example', removalDueAt: '2026-11-26T07:00:00.000Z' },
];

const asked = { askedBy: 'olga', askedAt: '2026-11-25T10:00:00.000Z', expiresAt: '2026-12-25T10:00:00.000Z' };
/** Work that waits for the owner of a device: two things, of which one was started. */
export const WORK = [
  { ...asked, id: 'w1', kind: 'renew', reason: 'The certificates are for 90 days now.', isStarted: true },
  { ...asked, id: 'w2', kind: 'erase', reason: null, isStarted: false },
];
/** A device for which work waits. */
export const ASKED = [
  device('w', 'active', {
    work: WORK,
    ownWork: ['w1'],
    operations: ['renew', 'change-pin', 'unlock', 'erase'],
    actions: actions('ask-change-pin', 'suspend', 'terminate'),
  }),
];

/** A device that differs from its policy, as the operator's page receives it. */
const differing = (id: string, differences: readonly object[], work: readonly string[]): object => ({
  device: device(id, 'active', {
    actions: actions('ask-renew', 'ask-change-pin', 'ask-back', 'suspend', 'terminate'),
    serial: `1122334${id.slice(-1)}`,
  }),
  differences,
  work,
});
/** Devices that differ: two whose owners an operator can ask, one that must be issued again, and one whose owner needs no work. */
export const DIFFERING = [
  differing('v1', [{ kind: 'days', from: 1095, to: 365 }], ['renew']),
  differing('v2', [{ kind: 'pin-rules', obstacle: null }], ['change-pin']),
  differing(
    'v3',
    [
      { kind: 'slot-gone', slot: '9C', obstacle: null },
      { kind: 'slot-new', slot: '9D', algorithm: 'RSA-2048', obstacle: 'keys-not-proved' },
      { kind: 'algorithm', slot: '9A', from: 'P-256', to: 'P-384', obstacle: 'keys-not-proved' },
    ],
    ['erase'],
  ),
  differing('v4', [{ kind: 'passkey-new', service: 'login' }], []),
];

/** Devices whose certificates expire soon, and have expired. */
export const EXPIRING = [
  device('x1', 'active', { operations: AT_THE_END, expiry: { at: '2026-12-11T10:00:00.000Z', days: 12 } }),
  device('x2', 'active', { operations: AT_THE_END, expiry: { at: '2026-11-30T10:00:00.000Z', days: 1 } }),
  device('x3', 'active', {
    operations: AT_THE_END,
    goodUntil: null,
    expiry: { at: '2026-11-20T10:00:00.000Z', days: 0 },
  }),
];

/** A device without problems. */
export const WHOLE = [device('d1', 'active', { ownerActions: [] })];

/** A device with passkeys, and a security key with nothing else. */
export const WITH_PASSKEYS = [
  device('d1', 'active', {
    ownerActions: [],
    passkeys: PASSKEYS,
    operations: [...OFFERED_AT_FIRST, ...ON_PASSKEYS],
  }),
  device('k1', 'active', {
    ownerActions: [],
    model: 'fido2',
    modelName: models.fido2,
    serial: null,
    certificates: [],
    goodUntil: null,
    operations: [removePasskey.kind, changeFidoPin.kind],
    passkeys: PASSKEYS.slice(1),
  }),
];

/** Every kind of incomplete device. */
export const BROKEN = [
  device('d2', 'pending', {
    ownerActions: [],
    model: 'piv',
    modelName: models.piv,
    serial: null,
    proof: 'not-proved',
    managementKey: 'configured',
  }),
  device('d3', 'pending', {
    ownerActions: ['continue'],
    hasInitialPin: false,
    canShowPin: false,
    serial: '11223345',
    actions: actions('suspend', 'terminate'),
  }),
  device('d4', 'suspended', { ownerActions: [], certificates: [] }),
  device('d5', 'failed', { ownerActions: ['continue', 'start-again'], stateReason: 'CA_REFUSED', certificates: [] }),
  device('d6', 'failed', {
    ownerActions: ['continue'],
    stateReason: 'CANCELLED',
    model: 'piv',
    modelName: models.piv,
    certificates: [],
  }),
  device('d7', 'producing', {
    ownerActions: ['continue'],
    stateReason: 'CARD_REMOVED',
    issuedAt: null,
    certificates: [],
  }),
  device('d8', 'producing', { ownerActions: ['continue'], stateReason: null, issuedAt: null, certificates: [] }),
];

const UNPROVED = { proof: 'not-proved', serial: '10047', serialProved: false, model: 'piv', modelName: models.piv };
/** The reason of an operator who declined a device. */
export const REASON = 'Not a card of ours.';
const NEEDS_APPROVAL = { stateReason: 'APPROVAL_NEEDED', issuedAt: null, certificates: [], ownerActions: ['continue'] };
/** Every kind of device that depends on an operator's approval, as its owner sees it. */
export const UNAPPROVED = [
  device('u1', 'awaiting-approval', { ...UNPROVED, ownerActions: [] }),
  device('u2', 'producing', {
    ...UNPROVED,
    ...NEEDS_APPROVAL,
    serial: '10048',
    actions: actions('approve-puk', 'terminate'),
  }),
  device('u3', 'producing', { ...UNPROVED, ...NEEDS_APPROVAL, serial: '10049', isPukApproved: true }),
  device('u4', 'failed', {
    ...UNPROVED,
    serial: '10050',
    ownerActions: [],
    declined: REASON,
    stateReason: `declined by an operator: ${REASON}`,
    certificates: [],
  }),
  device('u5', 'failed', {
    ...UNPROVED,
    serial: '10052',
    ownerActions: [],
    stateReason: 'KEY_CANNOT_SIGN',
    certificates: [],
  }),
];
/** A waiting and a pending device of the operator who looks at them. */
export const OWN = [
  device('o1', 'awaiting-approval', { ...UNPROVED, serial: '10051', actions: actions('suspend', 'terminate') }),
  device('o2', 'pending', { ...UNPROVED, serial: null, actions: actions('suspend', 'terminate') }),
];

/** Describes a mobile device, which cannot be continued. */
export const phone = (id: string, state: string, changes: object = {}): object =>
  device(id, state, {
    model: 'ios',
    modelName: 'iPhone 16 Pro',
    isPhone: true,
    serial: 'F2LX4Q9PN7',
    firmware: '22A3354',
    system: { name: 'iOS', version: '18.0', isBeta: false, signed: '22A3354' },
    proof: 'not-proved',
    managementKey: null,
    hasInitialPin: false,
    canShowPin: false,
    operations: [],
    certificates: ['phone-authentication', 'phone-encryption', 'phone-identity', 'phone-signature'].map((slot) => ({
      ...certificate(slot, 'RSA-2048', state === 'active' ? 'good' : 'on-hold'),
      proof: 'not-proved',
    })),
    ownerActions: [],
    isDeletable: state !== 'suspended',
    actions: actions(...(state === 'terminated' ? [] : (ACTIONS[state] ?? []))),
    ...changes,
  });

/** A card, and mobile devices as their user sees them. */
export const WITH_PHONES = [
  ...WHOLE,
  phone('i1', 'active'),
  phone('i2', 'suspended', { modelName: 'iPad Air (M2)', serial: 'DMPXK2ABCD', certificates: [] }),
];
/** The mobile devices as operators see them, with more facts. */
export const PHONES = [
  phone('i3', 'producing', { serial: 'F2LX4Q9PN8', issuedAt: null }),
  ...WITH_PHONES,
  phone('i4', 'terminated', { serial: 'F2LX4Q9PN9' }),
];

/** Creates active devices, for more than a page of the operator's list. */
export const manyDevices = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => device(`m${index}`, 'active', { serial: String(20_000_000 + index) }));

/** The words of an operator who terminated a device. */
export const LOST = 'Lost on the train from Nuremberg to Munich.';
/** Suspended devices, with and without the operator's words. */
export const SUSPENDED = [
  device('s1', 'suspended', { ownerActions: [], suspended: { at: '2026-11-27T09:00:00.000Z', reason: LOST } }),
  phone('s2', 'suspended'),
];

const REPORTED_AT = { at: '2026-11-27T09:00:00.000Z', reason: null };

/** Devices that their owner has reported: one that can be taken back and replaced, one that can be taken back alone, and one that was stolen. */
export const REPORTED = [
  device('r1', 'suspended', {
    incident: 'lost',
    suspended: REPORTED_AT,
    reportActions: { report: ['left-at-home', 'damaged', 'stolen'], takeBack: true, replace: true },
  }),
  device('r2', 'suspended', {
    incident: 'left-at-home',
    suspended: REPORTED_AT,
    reportActions: { report: ['lost', 'damaged', 'stolen'], takeBack: true, replace: false },
  }),
  device('r3', 'suspended', {
    incident: 'stolen',
    suspended: REPORTED_AT,
    reportActions: { report: [], takeBack: false, replace: true },
  }),
];

/** Describes a terminated device as its former owner sees it. */
const terminated = (id: string, reason: string | null, changes: object = {}): object => ({
  id,
  model: 'yubikey',
  modelName: models.yubikey,
  name: null,
  serial: '11223300',
  guid: '7d1a3f10-4b1f-4c39-9d5e-0e6f0a6b9b12',
  end: 'terminated',
  incident: null,
  operations: [],
  at: '2026-11-26T09:00:00.000Z',
  reason,
  ...changes,
});
/** Devices that their owner has given back, or has begun to give back. */
export const GIVEN_BACK = [
  terminated('g1', null, { end: 'being-erased', operations: ['erase'] }),
  terminated('g2', null, { end: 'given-back' }),
  terminated('g3', LOST, { operations: ['erase'] }),
];

/** Terminated devices, the newest first; the last has no serial number. */
export const TERMINATED = [
  terminated('t1', LOST),
  terminated('t2', null, { modelName: 'iPhone 16 Pro', serial: 'F2LX4Q9PN6', at: '2026-11-25T09:00:00.000Z' }),
  terminated('t3', 'x'.repeat(200), { modelName: models.piv, serial: null, at: '2025-01-02T09:00:00.000Z' }),
];

/** Describes a person with these devices, as the operator's page receives them. */
export function personWith(devices: readonly object[], left: object | null = null): object {
  const isOver = (one: object): boolean => 'state' in one && (one.state === 'terminated' || one.state === 'available');
  return {
    person: { id: 'p1', username: 'ada', displayName: 'Ada Lovelace', email: 'ada@example.com', left },
    grants: [{ role: 'user', group: null }],
    devices: devices.filter((one) => !isOver(one)),
    over: devices.filter(isOver),
    hasMore: false,
    limit: { max: 3, used: devices.filter((one) => !isOver(one)).length },
  };
}
