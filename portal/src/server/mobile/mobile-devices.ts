import type { EnrolmentStatus, MobileOffer, StartEnrolment, StartedEnrolment } from '@cardwright/protocol/mobile';
import type { User } from '../store/schema.js';
import type { ScepRegistrar } from './scep/registrar.js';

/** The page of a link, for the browser that opened it. */
export type LinkPage =
  | { readonly kind: 'download'; readonly language: string }
  /** Judging by its User-Agent, this browser cannot enrol. */
  | { readonly kind: 'unsupported'; readonly language: string }
  /** Used by another browser, opened too late, of an ended enrolment, or never a valid link. */
  | { readonly kind: 'dead'; readonly language: string | null };

/** A browser that opens a link. */
export interface LinkVisitor {
  readonly userAgent: string;
  /** Value of its cookie; null if it sent none. */
  readonly browser: string | null;
}

/** A profile for a phone, and the cookie that identifies its browser from now on. */
export interface DownloadedProfile {
  /** CMS SignedData, DER: application/x-apple-aspen-config. */
  readonly profile: Uint8Array;
  readonly browser: string;
}

/**
 * The mobile devices of a portal: enrolment, from the user's page and from the phone, and deletion.
 *
 * Everything is in the database, so any process of the portal can answer any of these.
 */
export interface MobileDevices {
  /** Describes the user's way to add a mobile device; null if they may not. */
  offerFor(user: User): MobileOffer | null;
  /**
   * Begins an enrolment. An earlier open one of the user is cancelled.
   *
   * @throws CardwrightError `MOBILE_FORBIDDEN`, `PASSWORD_INCORRECT`, `CARD_PROOF_NEEDED`, `DEVICE_LIMIT`, `RATE_LIMITED`
   */
  start(user: User, request: StartEnrolment, context: { address: string; language: string }): Promise<StartedEnrolment>;
  /** @throws CardwrightError `ENROLMENT_NOT_FOUND` if the user has no such enrolment */
  status(user: User, id: string): Promise<EnrolmentStatus>;
  /**
   * Yields the status now and after each change, until it is final or `signal` is aborted.
   *
   * @throws CardwrightError `ENROLMENT_NOT_FOUND`
   */
  watch(user: User, id: string, signal: AbortSignal): AsyncIterable<EnrolmentStatus>;
  /**
   * Confirms for the user that this is the right phone.
   *
   * @param serial serial number of the phone that was shown
   * @throws CardwrightError `ENROLMENT_NOT_FOUND`, also if no phone or another one waits for the confirmation; `DEVICE_LIMIT`
   */
  confirm(user: User, id: string, serial: string): Promise<EnrolmentStatus>;
  /** Cancels an enrolment. An ended one stays as it is. @throws CardwrightError `ENROLMENT_NOT_FOUND` */
  cancel(user: User, id: string): Promise<EnrolmentStatus>;
  /** Ends a device and revokes its certificates. @throws CardwrightError `DEVICE_STATE` if the user has no such device */
  delete(user: User, deviceId: string): Promise<void>;

  /** Handles the opening of a link in a browser. @param token secret part of the link */
  openLink(token: string, visitor: LinkVisitor): Promise<LinkPage>;
  /** Returns the first profile for the first browser that asks; undefined if the link is not valid for the browser. */
  download(token: string, visitor: LinkVisitor): Promise<DownloadedProfile | undefined>;
  /**
   * Answers a phone's request with the next profile, DER.
   *
   * @param body the phone's CMS SignedData
   * @throws CardwrightError `ENROLMENT_NOT_FOUND`, `PHONE_UNSUPPORTED`, `PHONE_NOT_GENUINE`, `PHONE_OF_ANOTHER`
   */
  answerPhone(enrolment: string, body: Uint8Array): Promise<Uint8Array>;
  readonly registrar: ScepRegistrar;

  /** Ends enrolments whose time is over. Call about every minute. */
  endOverdue(): Promise<void>;
}
