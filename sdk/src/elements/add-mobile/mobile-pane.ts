import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { EnrolmentStatus, PhoneFacts } from '@cardwright/protocol/mobile';
import type { OperationProgress } from '../../operation.js';
import type { Checks } from '../checks.js';
import { windowOf, type ReachingPane } from '../panes.js';

/** Steps of the dialog, in their order. `proof` is shown only if the CMS demands a proof of identity. */
export const MOBILE_STEPS = ['proof', 'scan', 'install', 'confirm', 'certificates'] as const;
export type MobileStep = (typeof MOBILE_STEPS)[number];

/**
 * Panes while one of the user's active devices proves the user's identity. The wizards show these panes, too, but their own pane `prove` is a
 * different pane.
 */
export type ProofPane =
  | ReachingPane
  | { readonly name: 'prove'; readonly device: DeviceInfo; readonly status: OperationProgress | null };

/** Panes of an enrolment that is running, or has ended without an error. */
export type EnrolmentPane =
  | {
      readonly name: 'code';
      readonly link: string;
      /** Set once a browser has opened the link. */
      readonly isOpened: boolean;
      readonly expiresAt: string | null;
      readonly isVerified: boolean;
    }
  /** The QR code was not used in time. */
  | { readonly name: 'expired' }
  | { readonly name: 'install'; readonly expiresAt: string | null; readonly isVerified: boolean }
  | {
      readonly name: 'confirm';
      readonly phone: PhoneFacts;
      readonly expiresAt: string | null;
      /** Set while the user's answer is being sent to the CMS. */
      readonly isSent: boolean;
      /** The reason why the last answer could not be delivered; null if no answer has failed. */
      readonly refusal: CardwrightError | null;
    }
  | { readonly name: 'certificates'; readonly certificates: EnrolmentStatus['certificates'] }
  /** The phone was sent everything, and has not shown that it installed it. */
  | { readonly name: 'sent'; readonly phone: PhoneFacts | null }
  | { readonly name: 'installed'; readonly phone: PhoneFacts | null }
  /** The enrolment was cancelled, but not in this dialog. */
  | { readonly name: 'cancelled' };

export type MobilePane =
  /** The CMS's offer, or its answer to the start of the enrolment, is awaited. */
  | { readonly name: 'preparing' }
  | { readonly name: 'password'; readonly isSent: boolean; readonly refusal: CardwrightError | null }
  | ProofPane
  | EnrolmentPane
  /** The user rejected the phone. */
  | { readonly name: 'rejected' }
  | {
      readonly name: 'error';
      readonly step: MobileStep;
      readonly error: CardwrightError;
      readonly checks: Checks | null;
      /** The last request of the mobile device at the portal; null if the mobile device has made no request. */
      readonly lastRequest: EnrolmentStatus['lastRequest'];
    };

export type MobileErrorPane = Extract<MobilePane, { readonly name: 'error' }>;

/** Facts that are known from the beginning of the enrolment. */
export interface Started {
  /** The link of an enrolment that was started here; null if the enrolment was found, because the CMS tells a link only once. */
  readonly link: string | null;
  readonly isVerified: boolean;
}

/** Chooses the pane for a status. */
export function paneOf(status: EnrolmentStatus, { link, isVerified }: Started): EnrolmentPane | MobileErrorPane {
  const { state, expiresAt, certificates, phone, failure, lastRequest } = status;
  switch (state) {
    case 'waiting':
    case 'opened':
      // Only an enrolment that has reached a mobile device is continued without its link, and no enrolment goes back to these states.
      if (link === null) return fault(new CardwrightError('INVALID_MESSAGE'), lastRequest);
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
    case 'sent':
    case 'installed':
      return { name: state, phone };
    case 'cancelled':
      return { name: 'cancelled' };
    case 'failed': {
      const error = failure ? CardwrightError.fromWire(failure) : new CardwrightError('INVALID_MESSAGE');
      return isCardwrightError(error, 'LINK_EXPIRED') ? { name: 'expired' } : fault(error, lastRequest);
    }
  }
}

/** Returns an error pane, at the step that the mobile device had reached by its last request. */
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

/** Returns the step to which a pane belongs; null for `preparing`, because it is not known yet whether the CMS demands a proof. */
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
    case 'sent':
    case 'installed':
      return 'certificates';
    case 'error':
      return pane.step;
    default:
      return 'proof';
  }
}

/** Returns the key of a pane. To the user, panes with the same key are one pane, so the focus stays where it is. */
export const mobileKeyOf = (pane: MobilePane): string =>
  pane.name === 'prove' ? `prove-${proofTaskOf(pane)}` : pane.name;

/** Returns the user's task while a device proves the user's identity: enter a PIN, touch the device, or wait. */
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

/** True if a window of the extension is waiting for the user. */
export function hasWindow(pane: MobilePane): boolean {
  if (pane.name === 'prove') return proofTaskOf(pane) === 'pin';
  return pane.name === 'check' && windowOf(pane) !== null;
}

/** True if a window of the extension, the question about the phone, or a touch waits for the user at this computer. */
export const isAwaitingUser = (pane: MobilePane): boolean =>
  hasWindow(pane) || pane.name === 'confirm' || (pane.name === 'prove' && proofTaskOf(pane) === 'touch');

/** True while the QR code is shown, or while a mobile device that scanned it is being set up. */
export const isUnderWay = ({ name }: MobilePane): boolean =>
  name === 'code' || name === 'install' || name === 'confirm' || name === 'certificates';
