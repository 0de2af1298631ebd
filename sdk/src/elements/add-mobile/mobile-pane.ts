import {
  CardwrightError,
  isCardwrightError,
  type DeviceInfo,
  type EnrolmentStatus,
  type PhoneFacts,
} from '@cardwright/protocol';
import type { OperationStatus } from '../../operation.js';
import type { Checks } from '../checks.js';
import { windowOf, type ReachingPane } from '../panes.js';

/** The steps of the dialog, in their order; `proof` only where the CMS wants one. */
export const MOBILE_STEPS = ['proof', 'scan', 'install', 'confirm', 'certificates'] as const;
export type MobileStep = (typeof MOBILE_STEPS)[number];

/** What the proof by an active device shows; the first are the same as when a device is issued. */
export type ProofPane =
  ReachingPane | { readonly name: 'prove'; readonly device: DeviceInfo; readonly status: OperationStatus | null };

/** What the dialog shows while an enrolment is under way, or when it has ended. */
export type EnrolmentPane =
  | {
      readonly name: 'code';
      readonly link: string;
      /** Whether a browser has opened the link. */
      readonly isOpened: boolean;
      readonly expiresAt: string | null;
      readonly isVerified: boolean;
    }
  /** The code was not used in time. */
  | { readonly name: 'expired' }
  | { readonly name: 'install'; readonly expiresAt: string | null; readonly isVerified: boolean }
  | {
      readonly name: 'confirm';
      readonly phone: PhoneFacts;
      readonly expiresAt: string | null;
      /** The user has answered, and the CMS has not yet. */
      readonly isSent: boolean;
      /** Why the answer could not be delivered. */
      readonly refusal: CardwrightError | null;
    }
  | { readonly name: 'certificates'; readonly certificates: EnrolmentStatus['certificates'] }
  | { readonly name: 'installed'; readonly phone: PhoneFacts | null }
  /** It ended elsewhere. */
  | { readonly name: 'cancelled' };

export type MobilePane =
  /** Something is asked of the CMS. */
  | { readonly name: 'preparing' }
  | { readonly name: 'password'; readonly isSent: boolean; readonly refusal: CardwrightError | null }
  | ProofPane
  | EnrolmentPane
  /** The user said that the phone is someone else's. */
  | { readonly name: 'rejected' }
  | {
      readonly name: 'error';
      readonly step: MobileStep;
      readonly error: CardwrightError;
      readonly checks: Checks | null;
      /** The last that the portal saw of the mobile device. */
      readonly lastRequest: EnrolmentStatus['lastRequest'];
    };

export type MobileErrorPane = Extract<MobilePane, { readonly name: 'error' }>;

/** What the user was told once, when the enrolment began. */
export interface Started {
  readonly link: string;
  readonly isVerified: boolean;
}

/** What a status looks like. */
export function paneOf(status: EnrolmentStatus, { link, isVerified }: Started): EnrolmentPane | MobileErrorPane {
  const { state, expiresAt, certificates, phone, failure, lastRequest } = status;
  switch (state) {
    case 'waiting':
    case 'opened':
      return { name: 'code', link, isOpened: state === 'opened', expiresAt, isVerified };
    case 'downloaded':
      return { name: 'install', expiresAt, isVerified };
    case 'to-confirm':
      return phone === null
        ? fault(new CardwrightError('INVALID_MESSAGE'), lastRequest)
        : { name: 'confirm', phone, expiresAt, isSent: false, refusal: null };
    case 'enrolling':
    case 'issued':
      return { name: 'certificates', certificates };
    case 'installed':
      return { name: 'installed', phone };
    case 'cancelled':
      return { name: 'cancelled' };
    case 'failed': {
      const error = failure ? CardwrightError.fromWire(failure) : new CardwrightError('INVALID_MESSAGE');
      return isCardwrightError(error, 'LINK_EXPIRED') ? { name: 'expired' } : fault(error, lastRequest);
    }
  }
}

/** The step is that of the last thing which the mobile device did. */
function fault(error: CardwrightError, lastRequest: EnrolmentStatus['lastRequest']): MobileErrorPane {
  return { name: 'error', step: stepAfter(lastRequest), error, checks: null, lastRequest };
}

function stepAfter(lastRequest: EnrolmentStatus['lastRequest']): MobileStep {
  switch (lastRequest?.what) {
    case undefined:
    case 'opened-link':
      return 'scan';
    case 'downloaded-profile':
      return 'install';
    case 'identified-itself':
    case 'asked-scep-capabilities':
    case 'asked-scep-certificates':
    case 'requested-identity':
    case 'asked-again':
      return 'confirm';
    case 'asked-for-configuration':
    case 'requested-certificate':
      return 'certificates';
  }
}

/** The step to which a pane belongs; null while it is not known whether the CMS wants a proof. */
export function mobileStepOf(pane: MobilePane): MobileStep | null {
  switch (pane.name) {
    case 'preparing':
      return null;
    case 'code':
    case 'expired':
    case 'cancelled':
      return 'scan';
    case 'install':
      return 'install';
    case 'confirm':
    case 'rejected':
      return 'confirm';
    case 'certificates':
    case 'installed':
      return 'certificates';
    case 'error':
      return pane.step;
    default:
      return 'proof';
  }
}

/** Panes of one key are the same to the user, so that the focus stays. */
export const mobileKeyOf = (pane: MobilePane): string =>
  pane.name === 'prove' ? `prove-${proofTaskOf(pane)}` : pane.name;

/** What the user does while a device proves whose it is: enters a PIN, touches it, or waits. */
export function proofTaskOf({ status }: Extract<ProofPane, { name: 'prove' }>): 'pin' | 'touch' | 'wait' {
  switch (status?.turn) {
    case 'user':
      return 'pin';
    case 'touch':
      return 'touch';
    default:
      return 'wait';
  }
}

/** Whether a window of the extension waits for the user. */
export function hasWindow(pane: MobilePane): boolean {
  if (pane.name === 'prove') return proofTaskOf(pane) === 'pin';
  return pane.name === 'check' && windowOf(pane) !== null;
}

/** Whether nothing continues until the user does something at this computer. */
export const isAwaitingUser = (pane: MobilePane): boolean =>
  hasWindow(pane) || pane.name === 'confirm' || (pane.name === 'prove' && proofTaskOf(pane) === 'touch');
