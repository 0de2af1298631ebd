import { PIN_PHASE, type CardwrightError, type DeviceInfo, type OperationAnswer } from '@cardwright/protocol';
import type { OperationStatus } from '../operation.js';
import type { PasskeyOrder } from '../passkey-order.js';
import type { JudgedDevice } from './judged-device.js';
import { passkeyTaskOf, type PasskeyTask } from './passkey-task.js';
import type { WantedDevice } from './wanted-device.js';

/** The steps of the wizard, in their order. */
export const STEPS = ['check', 'device', 'issue', 'pin'] as const;
export type Step = (typeof STEPS)[number];

export type CheckState = 'waiting' | 'running' | 'passed' | 'needed' | 'asking' | 'failed';

/** What is needed to reach a device, each depending on the one before. */
export const CHECK_LINES = ['extension', 'site', 'host', 'reader'] as const;
export type CheckLine = (typeof CHECK_LINES)[number];
export type Checks = Readonly<Record<CheckLine, CheckState>>;

/** What the wizard shows at one moment. */
export type Pane =
  | { readonly name: 'check'; readonly checks: Checks }
  /** The user closed the consent window without an answer. */
  | { readonly name: 'allow'; readonly checks: Checks }
  /** The site was refused; the check continues by itself once its user lets it ask again, in the extension's menu. */
  | {
      readonly name: 'refused';
      readonly checks: Checks;
      readonly error: CardwrightError;
      /** The user has tried again, and it is still refused. */
      readonly isStill: boolean;
    }
  /** There is neither a reader nor a security key; the check continues by itself when there is one. */
  | { readonly name: 'no-reader'; readonly checks: Checks }
  | { readonly name: 'search' }
  | {
      readonly name: 'connect';
      readonly hasReader: boolean;
      readonly devices: readonly JudgedDevice[];
      readonly wanted: WantedDevice | null;
    }
  | { readonly name: 'choose'; readonly devices: readonly JudgedDevice[]; readonly wanted: WantedDevice | null }
  | {
      readonly name: 'issue';
      readonly status: OperationStatus | null;
      readonly device: DeviceInfo;
      /** Those that it gets, as far as they were ordered. */
      readonly passkeys: readonly PasskeyOrder[];
      /** Whether to stop now may leave a device that cannot be used: something may have been applied to it. */
      readonly isHalfIssued: boolean;
    }
  /** The PIN window was closed; `canRetry` when the CMS lets its user set the PIN now, or another day. */
  | {
      readonly name: 'pending';
      readonly wanted: WantedDevice;
      /** Why the PIN was not changed. */
      readonly error: CardwrightError;
      readonly canRetry: boolean;
    }
  /** Issued, with its PIN set: an operator has to approve the device. */
  | { readonly name: 'awaiting-approval' }
  /** Everything is done. */
  | { readonly name: 'ready'; readonly device: DeviceInfo; readonly passkeys: readonly PasskeyOrder[] }
  | {
      readonly name: 'error';
      readonly step: Step;
      readonly error: CardwrightError;
      readonly checks: Checks | null;
      /** The device with which it can continue. */
      readonly wanted: WantedDevice | null;
      /** Whether what was done until now counts when it continues: the operation rests, it has not failed. */
      readonly isKept: boolean;
    };

export type ErrorPaneFacts = Extract<Pane, { readonly name: 'error' }>;

/** Detail of the event `cardwright-issued`. */
export interface Issued {
  readonly device: DeviceInfo;
  readonly operation: string;
  readonly deviceState: OperationAnswer['deviceState'];
}

/** The step to which a pane belongs. */
export function stepOf(pane: Pane): Step {
  switch (pane.name) {
    case 'check':
    case 'allow':
    case 'refused':
    case 'no-reader':
      return 'check';
    case 'search':
    case 'connect':
    case 'choose':
      return 'device';
    case 'issue':
      return pane.status?.phase?.name === PIN_PHASE ? 'pin' : 'issue';
    case 'pending':
    case 'awaiting-approval':
    case 'ready':
      return 'pin';
    case 'error':
      return pane.step;
  }
}

/** Panes of one key are the same to the user, so that the focus stays. */
export function keyOf(pane: Pane): string {
  if (pane.name !== 'issue') return pane.name;
  return `issue-${taskOf(pane) ?? stepOf(pane)}`;
}

/** What the user is asked to do while a device is issued; null while there is nothing to do, and where the PIN is left. */
export function taskOf(pane: Pane): 'erase' | PasskeyTask | null {
  if (pane.name !== 'issue') return null;
  return isErasureAsked(pane.status) ? 'erase' : passkeyTaskOf(pane.status);
}

/** What the window of the extension is for that waits for the user; null while there is none. */
export function windowOf(pane: Pane): 'allow' | 'erase' | 'pin' | 'passkey' | null {
  if (pane.name === 'check') return pane.checks.site === 'asking' ? 'allow' : null;
  if (pane.name !== 'issue' || pane.status?.turn !== 'user') return null;
  const task = taskOf(pane);
  if (task === null) return 'pin';
  return task === 'erase' ? 'erase' : 'passkey';
}

/**
 * The PINs that the device has for its user: `fido` where it has passkeys alone, `both` where they differ, `shared` where one PIN is
 * for all, `device` where it has no passkey.
 */
export function pinsOf({
  device,
  passkeys,
}: {
  readonly device: DeviceInfo;
  readonly passkeys: readonly PasskeyOrder[];
}): 'device' | 'fido' | 'both' | 'shared' {
  if (!device.applications.includes('piv')) return 'fido';
  if (passkeys.length === 0) return 'device';
  return passkeys.some(({ pin }) => pin === 'shared') ? 'shared' : 'both';
}

/** Whether nothing continues until the user does something outside the page. */
export const isAwaitingUser = (pane: Pane): boolean => windowOf(pane) !== null || taskOf(pane) !== null;

/** Whether the extension's window asks the user if the device may be erased. */
const isErasureAsked = (status: OperationStatus | null): boolean =>
  status?.turn === 'user' && status.method === 'device.reset';

/** Whether everything on the device is being erased, as its user has agreed. */
export const isErasing = (status: OperationStatus | null): boolean =>
  status?.turn === 'card' && status.method === 'device.reset' && status.hasAnswered === true;

/** Whether the focus goes to the way on, because the pane says what stands in the way. */
export const isObstacle = ({ name }: { readonly name: string }): boolean =>
  name === 'error' || name === 'no-reader' || name === 'refused';

export const isHalfIssued = (pane: Pane): boolean => pane.name === 'issue' && pane.isHalfIssued;
