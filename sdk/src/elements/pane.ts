import type { CardwrightError, DeviceInfo, OperationAnswer } from '@cardwright/protocol';
import type { OperationStatus } from '../operation.js';

/** The steps of the wizard, in their order. */
export const STEPS = ['check', 'device', 'issue', 'pin'] as const;
export type Step = (typeof STEPS)[number];

export type CheckState = 'waiting' | 'running' | 'passed' | 'needed' | 'asking' | 'failed';

/** What is needed to reach a device, each depending on the one before. */
export interface Checks {
  readonly extension: CheckState;
  readonly site: CheckState;
  readonly host: CheckState;
}

/** A connected device with what the CMS says of it. */
export interface Candidate {
  readonly device: DeviceInfo;
  readonly isUsable: boolean;
  /** Why not, or what the user should know; null where the CMS gives no reason. */
  readonly reason: string | null;
  readonly mustBeErased: boolean;
}

/** What the wizard shows at a moment. */
export type Pane =
  | { readonly name: 'check'; readonly checks: Checks }
  /** The user closed the consent window without an answer. */
  | { readonly name: 'allow'; readonly checks: Checks }
  | { readonly name: 'search' }
  | { readonly name: 'connect'; readonly hasReader: boolean; readonly candidates: readonly Candidate[] }
  | { readonly name: 'choose'; readonly candidates: readonly Candidate[] }
  | { readonly name: 'issue'; readonly device: DeviceInfo; readonly status: OperationStatus | null }
  /** The PIN window was closed; `canRetry` when the CMS lets its user go on all the same. */
  | { readonly name: 'pending'; readonly device: DeviceInfo; readonly canRetry: boolean }
  | {
      readonly name: 'error';
      readonly step: Step;
      readonly error: CardwrightError;
      readonly checks: Checks | null;
      /** The device with which it can go on. */
      readonly device: DeviceInfo | null;
    };

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
      return 'check';
    case 'search':
    case 'connect':
    case 'choose':
      return 'device';
    case 'issue':
      return pane.status?.phase === 'pin' || pane.status?.phase === 'finished' ? 'pin' : 'issue';
    case 'pending':
      return 'pin';
    case 'error':
      return pane.step;
  }
}
