import { CardwrightError } from '@cardwright/protocol';
import { whyDeclined } from '../devices/declined.js';
import { isKnownUnfit } from '../devices/unfit.js';
import { canChoosePin } from '../devices/issuance-eligibility.js';
import { isSuspendedByReport } from '../devices/reported.js';
import { endOperations } from '../operations/running-operations.js';
import { readDevicePolicy, type DevicePolicy } from '../rules/device-policy.js';
import { PHONE, type DeviceState } from '../rules/device-state.js';
import { incidentsAfter, INCIDENTS, type Incident } from '../rules/incident.js';
import type { Records } from '../store/records.js';
import type { Device, Person } from '../store/rows.js';

/** Facts about a device that its row does not hold. */
export interface DeviceSituation {
  /** True if an operation runs on the device. */
  readonly isRunning: boolean;
  /** Policy of the device's model; undefined if the model is no longer issued. */
  readonly policy: Pick<DevicePolicy, 'reset'> | undefined;
}

/** The situation for actions that depend on neither operations nor policies. */
export const NO_SITUATION: DeviceSituation = { isRunning: false, policy: undefined };

interface OwnerRule {
  /** States in which the action applies. */
  readonly from: readonly DeviceState[];
  /** The state that follows at once; `before-suspension` if the device returns to the state that it had; null if it stays in its state. */
  readonly to: DeviceState | 'before-suspension' | null;
  /** True if the action applies to mobile devices too. Their enrolment ends with a working device or with none, so there is nothing to continue. */
  readonly forPhones: boolean;
  /** True if the action leads an incomplete device on, so that pages offer it as the next step. */
  readonly leadsOn: boolean;
  /** Further condition that the device must meet. */
  readonly condition?: (device: Device, situation: DeviceSituation) => boolean;
}

/** True unless another issuance needs the word of an operator, or would fail in the same way. */
const mayBeTriedAgain = (device: Device): boolean => whyDeclined(device) === null && !isKnownUnfit(device);

/** Returns the incident that a device is suspended for, if its owner reported it and no operator has suspended the device; null otherwise. */
const suspendedFor = (device: Device): Incident | null => (isSuspendedByReport(device) ? device.incident : null);

/** Actions of owners on their devices, the usual next step first. */
export const OWNER_ACTIONS = {
  // Continues the interrupted issuance: opens the wizard, whose operation changes the state.
  continue: {
    from: ['producing', 'pending', 'failed'],
    to: null,
    forPhones: false,
    leadsOn: true,
    // A pending device that was given up with its initial PIN waits for an operator, who can read that PIN.
    condition: (device, { isRunning }) =>
      device.state === 'pending' ? canChoosePin(device, isRunning) : mayBeTriedAgain(device),
  },
  // Releases the device's row, so that the card is erased and issued again. If the card cannot or may not be erased, its issuance can only be
  // continued, which generates all keys again.
  'start-again': {
    from: ['failed'],
    to: 'available',
    forPhones: false,
    leadsOn: true,
    condition: (device, { policy }) => mayBeTriedAgain(device) && device.resettable && policy?.reset === 'allow',
  },
  // Gives the device a name, or takes its name away. A device that is over keeps the name that it had.
  rename: {
    from: ['producing', 'pending', 'awaiting-approval', 'active', 'suspended', 'failed'],
    to: null,
    forPhones: true,
    leadsOn: false,
  },
  // Reports an incident. If an operator has suspended the device, the report is only noted.
  report: {
    from: ['pending', 'awaiting-approval', 'active', 'suspended'],
    to: 'suspended',
    forPhones: true,
    leadsOn: false,
    condition: ({ incident }) => incidentsAfter(incident).length > 0,
  },
  'take-back': {
    from: ['suspended'],
    to: 'before-suspension',
    forPhones: true,
    leadsOn: false,
    condition: (device) => {
      const incident = suspendedFor(device);
      return incident !== null && INCIDENTS[incident].canTakeBack && device.stateBeforeSuspension !== null;
    },
  },
  // Lets the next device replace this one. It may be asked for again, because the wizard of the other device may have been closed.
  replace: {
    from: ['suspended'],
    to: null,
    forPhones: false,
    leadsOn: false,
    condition: (device) => {
      const incident = suspendedFor(device);
      return incident !== null && INCIDENTS[incident].canReplace;
    },
  },
} as const satisfies Readonly<Record<string, OwnerRule>>;

export type OwnerActionName = keyof typeof OWNER_ACTIONS;
export const OWNER_ACTION_NAMES = Object.keys(OWNER_ACTIONS) as OwnerActionName[];

/** Actions that lead an incomplete device on. */
export type OwnerAction = {
  [Name in OwnerActionName]: (typeof OWNER_ACTIONS)[Name]['leadsOn'] extends true ? Name : never;
}[OwnerActionName];

const ruleOf = (name: OwnerActionName): OwnerRule => OWNER_ACTIONS[name];
const leadsOn = (name: OwnerActionName): name is OwnerAction => ruleOf(name).leadsOn;

/**
 * True if the owner of a device can take an action on it now.
 *
 * @example
 * const canRename = ownerMay('rename', device, { isRunning: false, policy });
 */
export function ownerMay(name: OwnerActionName, device: Device, situation: DeviceSituation): boolean {
  const { from, forPhones, condition } = ruleOf(name);
  if (!from.includes(device.state) || (device.model === PHONE && !forPhones)) return false;
  return condition === undefined || condition(device, situation);
}

/**
 * Lists the actions with which the owner of a device can lead it on, the usual one first. The list is empty if nothing is to be done, if only an
 * operator can act, and for mobile devices.
 *
 * @example
 * const [usual] = ownerActions(device, { isRunning: false, policy });
 */
export const ownerActions = (device: Device, situation: DeviceSituation): OwnerAction[] =>
  OWNER_ACTION_NAMES.filter(leadsOn).filter((name) => ownerMay(name, device, situation));

/**
 * Releases a failed device, so that its owner can start again. The card then counts as a used card that belongs to nobody: it is erased and
 * issued again. The device's certificates stay revoked, and operators still see its row. Operations that run on the device end.
 *
 * @throws CardwrightError `DEVICE_STATE` if the device is not this person's, has not failed, was declined, or cannot or may not be erased
 */
export async function startAgain(records: Records, person: Person, id: string): Promise<void> {
  const { transaction } = records;
  await transaction.lockPerson(person.id);
  const isOwn = (await transaction.ownerOf(id)) === person.id;
  const device = isOwn ? await records.openDevice(id) : undefined;
  if (!device) throw new CardwrightError('DEVICE_STATE', { state: 'unknown' });
  const policy = await transaction.findPolicy(device.row.model);
  const situation = { isRunning: false, policy: policy && readDevicePolicy(policy) };
  if (!ownerMay('start-again', device.row, situation))
    throw new CardwrightError('DEVICE_STATE', { state: device.row.state });
  await endOperations(records, person, id);
  device.changeState('available', person.username, 'started again');
}
