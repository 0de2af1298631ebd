import { CardwrightError, validate } from '@cardwright/protocol';
import { text } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { isOwnersSide, type ActingOperator } from '../devices/acting-operator.js';
import { whyDeclined } from '../devices/declined.js';
import { isKnownUnfit } from '../devices/unfit.js';
import { kindsOfWork } from '../devices/waiting-work.js';
import { operatorsReason } from '../devices/operators-words.js';
import { endOperations } from '../operations/running-operations.js';
import { PHONE, SECURITY_KEY, type DeviceState } from '../rules/device-state.js';
import type { WorkKind } from '../rules/work-kinds.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { Records } from '../store/records.js';
import type { Device, Person } from '../store/rows.js';
import { askForWork } from './ask-for-work.js';
import { openSeen, seenVersion } from './seen-device.js';
import { requireVouchable } from './vouchable.js';

/** Rule for the reason that an operator gives for an action: required, optional, or not asked for. The reason goes into the audit log. */
type ReasonRule = 'required' | 'optional' | 'none';

/**
 * `if-not-proved`: if no vendor vouches for the device's keys. For such a device, the word of its owner is not enough. `if-reported`: if its owner
 * has reported it.
 */
type NeedsAnother = 'always' | 'never' | 'if-not-proved' | 'if-reported';

interface ActionRule {
  /** States in which the action applies. */
  readonly from: readonly DeviceState[];
  /** The state that follows, or `before-suspension` for the state that the device had before; null if the device stays in its state. */
  readonly to: DeviceState | 'before-suspension' | null;
  readonly reason: ReasonRule;
  /** Words for the completed action, in the audit log and in the state reason of the device's row. */
  readonly done: string;
  /** True if the action applies to mobile devices too, which have neither PIN nor PUK, and no card that another person could get. */
  readonly forPhones: boolean;
  /** Further condition that the device must meet. */
  readonly condition?: (device: Device) => boolean;
  /**
   * True if the operator vouches for the device by this action. Such an action is refused if the current policy of the device's model does not allow
   * it (`requireVouchable`). There is no policy for mobile devices.
   */
  readonly vouches?: boolean;
  /** Set if the action asks the owner for an operation, which then waits. It does not apply while work of this kind waits already. */
  readonly asksFor?: WorkKind;
  /** Set if an operator who owns the device must leave the action to another operator. */
  readonly needsAnother: NeedsAnother;
}

const always = (): boolean => true;

const hasPiv = ({ model }: Device): boolean => model !== SECURITY_KEY;

const waitsForApproval = ({ stateReason, pukApprovedAt }: Device): boolean =>
  stateReason === 'APPROVAL_NEEDED' && pukApprovedAt === null;

/** Actions of operators on devices, in the order in which pages offer them. */
export const OPERATOR_ACTIONS = {
  approve: {
    from: ['awaiting-approval'],
    to: 'active',
    reason: 'none',
    done: 'approved',
    forPhones: false,
    vouches: true,
    needsAnother: 'always',
  },
  decline: {
    from: ['awaiting-approval'],
    to: 'failed',
    reason: 'required',
    done: 'declined',
    forPhones: false,
    needsAnother: 'always',
  },
  // Lets the issuance continue, which sends the confidential factory PUK to a card that did not prove its identity.
  'approve-puk': {
    from: ['producing'],
    to: null,
    reason: 'none',
    done: 'PUK approved',
    forPhones: false,
    condition: waitsForApproval,
    needsAnother: 'always',
  },
  // Lets the owner get a new PIN, which sends the device's own PUK to a card that cannot prove its identity.
  'approve-unlock': {
    from: ['active'],
    to: null,
    reason: 'none',
    done: 'new PIN approved',
    forPhones: false,
    condition: waitsForApproval,
    needsAnother: 'always',
  },
  // Lets the owner issue a device again that was declined, or whose keys cannot sign. The owner alone cannot undo a decline.
  'allow-retry': {
    from: ['failed'],
    to: null,
    reason: 'none',
    done: 'another try allowed',
    forPhones: false,
    condition: (device) => whyDeclined(device) !== null || isKnownUnfit(device),
    needsAnother: 'always',
  },
  // The device keeps its initial PIN. If the device is not known to have that PIN, perhaps nobody knows the PIN, or the card is already blank.
  // A mobile device has no PIN: its owner has told the operator that everything is installed.
  activate: {
    from: ['pending'],
    to: 'active',
    reason: 'none',
    done: 'activated',
    forPhones: true,
    vouches: true,
    condition: ({ model, hasInitialPin }) => model === PHONE || hasInitialPin,
    // Activation also approves a device whose keys are not proved, so it takes an operator other than the owner.
    needsAnother: 'if-not-proved',
  },
  resume: {
    from: ['suspended'],
    to: 'before-suspension',
    reason: 'none',
    done: 'resumed',
    forPhones: true,
    condition: ({ stateBeforeSuspension }) => stateBeforeSuspension !== null,
    // An operator takes a report about their own device back as every owner does.
    needsAnother: 'if-reported',
  },
  // Asks the owner to renew the certificates, also before the policy lets them. So an operator must not ask it of a device of their own.
  'ask-renew': {
    from: ['active'],
    to: null,
    reason: 'required',
    done: 'renewal asked for',
    forPhones: false,
    condition: hasPiv,
    asksFor: 'renew',
    needsAnother: 'always',
  },
  // Asks the owner to bring the device to the policy of today.
  'ask-update': {
    from: ['active'],
    to: null,
    reason: 'required',
    done: 'update asked for',
    forPhones: false,
    condition: hasPiv,
    asksFor: 'update',
    needsAnother: 'never',
  },
  'ask-change-pin': {
    from: ['active'],
    to: null,
    reason: 'required',
    done: 'another PIN asked for',
    forPhones: false,
    condition: hasPiv,
    asksFor: 'change-pin',
    needsAnother: 'never',
  },
  // Asks the owner to give the device back. The owner reads the request beside the device, and decides whether to erase it.
  'ask-back': {
    from: ['active'],
    to: null,
    reason: 'optional',
    done: 'asked back',
    forPhones: false,
    condition: hasPiv,
    asksFor: 'erase',
    needsAnother: 'never',
  },
  // Blocks the device. Its owner reads the reason, and whom to call.
  suspend: {
    from: ['pending', 'awaiting-approval', 'active'],
    to: 'suspended',
    reason: 'optional',
    done: 'suspended',
    forPhones: true,
    needsAnother: 'never',
  },
  // After this action, the card counts as a used card that belongs to nobody.
  release: {
    from: ['failed', 'terminated'],
    to: 'available',
    reason: 'required',
    done: 'released',
    forPhones: false,
    needsAnother: 'never',
  },
  terminate: {
    from: ['producing', 'pending', 'awaiting-approval', 'active', 'suspended', 'failed'],
    to: 'terminated',
    reason: 'optional',
    done: 'terminated',
    forPhones: true,
    needsAnother: 'never',
  },
} as const satisfies Readonly<Record<string, ActionRule>>;

export type ActionName = keyof typeof OPERATOR_ACTIONS;
export const ACTION_NAMES = Object.keys(OPERATOR_ACTIONS) as ActionName[];

/** An action that an operator may take, and its rule for a reason. */
export interface Action {
  readonly name: ActionName;
  readonly reason: ReasonRule;
  /** Kind of the operation that the action asks the owner for; null if it asks for none. */
  readonly asksFor: WorkKind | null;
}

/**
 * Lists the actions that an operator may take on a device in its present state.
 *
 * @param work kinds of the work that waits for the device (`kindsOfWork`)
 * @example
 * const names = allowedActions(device, operator, []).map(({ name }) => name);
 */
export const allowedActions = (device: Device, operator: ActingOperator, work: readonly WorkKind[]): Action[] =>
  ACTION_NAMES.filter((name) => applies(name, device, work) && !isForAnother(name, device, operator)).map((name) => ({
    name,
    reason: OPERATOR_ACTIONS[name].reason,
    asksFor: workOf(name),
  }));

/**
 * Returns the kind of operation that an action asks the owner for; null if it asks for none.
 *
 * @example
 * const isRequest = workOf('ask-renew') !== null; // true
 */
export const workOf = (name: ActionName): WorkKind | null => ruleOf(name).asksFor ?? null;

const ruleOf = (name: ActionName): ActionRule => OPERATOR_ACTIONS[name];

function applies(name: ActionName, device: Device, work: readonly WorkKind[]): boolean {
  const { from, forPhones, condition = always, asksFor } = ruleOf(name);
  const isAsked = asksFor !== undefined && work.includes(asksFor);
  return from.includes(device.state) && (forPhones || device.model !== PHONE) && condition(device) && !isAsked;
}

const ANOTHER_IS_NEEDED: Readonly<Record<NeedsAnother, (device: Device) => boolean>> = {
  always,
  never: () => false,
  'if-not-proved': ({ proof }) => proof !== 'attested',
  'if-reported': ({ incident }) => incident !== null,
};

const isForAnother = (name: ActionName, device: Device, operator: ActingOperator): boolean =>
  isOwnersSide(device, operator) && ANOTHER_IS_NEEDED[ruleOf(name).needsAnother](device);

/** Reason for an action: one line in the operator's own words. */
const reason = v.pipe(text(200), v.regex(/^\P{Cc}*$/u, 'expected one line'), v.trim(), v.minLength(1));
/** Days for which work waits that an action asks for. */
const days = v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(365)));
const REQUESTS = {
  required: v.strictObject({ seen: seenVersion, reason, days }),
  optional: v.strictObject({ seen: seenVersion, reason: v.exactOptional(reason), days }),
  none: v.strictObject({ seen: seenVersion }),
} as const satisfies Record<ReasonRule, v.GenericSchema<unknown, ActionRequest>>;

/** The body that an operator's page sends with an action. */
interface ActionRequest {
  /** `deviceVersion` of the device as the page shows it. */
  readonly seen: string;
  readonly reason?: string;
  /** Number of days for which work waits. */
  readonly days?: number;
}

/**
 * Performs an operator's action on the device that the operator has seen.
 *
 * @param request the body of the request: `{ seen, reason?, days? }`, where `seen` is the `deviceVersion` that the operator's page shows, and `days`
 * says how long work waits that the action asks for (1 to 365; 30 by default)
 * @returns the state of the device afterwards
 * @throws CardwrightError `DEVICE_CHANGED` if the device differs from what the operator has seen; `DEVICE_STATE` if there is no such device or
 * the action does not apply to it; `DEVICE_NOT_ELIGIBLE` if the action vouches for the device, but its model has no policy any more, or the
 * policy refuses unproven keys and the device is not proved; `FORBIDDEN` if the operator owns the device, or depends on its owner, and must leave the action to another
 * operator; `INVALID_PARAMS` if `seen` is no version, or a reason or `days` is missing or not wanted
 */
export async function perform(
  records: Records,
  operator: ActingOperator,
  name: ActionName,
  id: string,
  request: unknown,
): Promise<DeviceState> {
  const { seen, reason: words, days: waits }: ActionRequest = validate(REQUESTS[ruleOf(name).reason], request);
  const asksFor = workOf(name);
  if (waits !== undefined && asksFor === null)
    throw new CardwrightError('INVALID_PARAMS', { path: 'days', problem: 'expected no days' });
  if (name === 'release') await endWork(records, operator, id);
  const device = await openSeen(records, id, seen);
  if (!applies(name, device.row, kindsOfWork(device.work, records.now)))
    throw new CardwrightError('DEVICE_STATE', { state: device.row.state });
  if (isForAnother(name, device.row, operator)) throw new CardwrightError('FORBIDDEN');
  const to = targetOf(name, device.row);
  if (ruleOf(name).vouches && device.row.model !== PHONE) await requireVouchable(records, device.row);
  if (asksFor !== null) askForWork(records, operator, device, asksFor, { reason: words, days: waits });
  else if (to === null) KEPT_STATE[name]?.(records, operator, device);
  else device.changeState(to, operator.username, stateReason(name, words), words ?? null);
  return device.row.state;
}

function targetOf(name: ActionName, device: Device): DeviceState | null {
  const { to } = ruleOf(name);
  return to === 'before-suspension' ? device.stateBeforeSuspension : to;
}

/**
 * Ends the operations that run on a device. If the action is refused afterwards, the transaction is rolled back, so that the operations
 * continue. Rows are locked in the same order as when an operation starts or continues.
 */
async function endWork(records: Records, operator: Person, id: string): Promise<void> {
  const owner = await records.transaction.ownerOf(id);
  if (owner !== undefined) await records.transaction.lockPerson(owner);
  await endOperations(records, operator, id);
}

/** Handlers of the actions that leave a device in its state. */
const KEPT_STATE: Partial<Record<ActionName, (records: Records, operator: Person, device: DeviceRecord) => void>> = {
  'approve-puk': approvePuk,
  'approve-unlock': approvePuk,
  'allow-retry': allowRetry,
};

function allowRetry(records: Records, { username }: Person, device: DeviceRecord): void {
  const declined = whyDeclined(device.row);
  device.change({ stateReason: stateReason('allow-retry') });
  records.record({ actor: username, event: 'retry.allowed', deviceId: device.row.id, detail: { declined } });
}

function approvePuk(records: Records, { username }: Person, device: DeviceRecord): void {
  device.change({ pukApprovedAt: records.now, pukApprovedBy: username });
  records.record({ actor: username, event: 'puk.approved', deviceId: device.row.id });
}

const stateReason = (name: ActionName, words?: string): string => operatorsReason(ruleOf(name).done, words);
