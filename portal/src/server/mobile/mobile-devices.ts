import type { EnrolmentStatus, MobileOffer, StartEnrolment, StartedEnrolment } from '@cardwright/protocol';
import type { User } from '../store/schema.js';
import type { ScepRegistrar } from './scep/registrar.js';

/** What the page of a link says to the browser that opened it. */
export type LinkPage =
  | { readonly kind: 'download'; readonly language: string }
  /** This browser cannot, as far as its User-Agent tells. */
  | { readonly kind: 'unsupported'; readonly language: string }
  /** Another browser has used it, it was opened too late, its enrolment is over, or there never was such a link. */
  | { readonly kind: 'dead'; readonly language: string | null };

/** A browser that opens a link. */
export interface LinkVisitor {
  readonly userAgent: string;
  /** Value of its cookie; null where it sent none. */
  readonly browser: string | null;
}

/** A profile for a phone, and the cookie by which its browser is known from now on. */
export interface DownloadedProfile {
  /** CMS SignedData, DER: application/x-apple-aspen-config. */
  readonly profile: Uint8Array;
  readonly browser: string;
}

/**
 * The mobile devices of a portal: their enrolment, seen from the page of the user and from the phone, and their end.
 *
 * Everything is in the database: any process of the portal can answer any of these.
 */
export interface MobileDevices {
  /** Null where this user may not add one. */
  offerFor(user: User): MobileOffer | null;
  /**
   * Begins an enrolment. An earlier one of the user that has not ended is cancelled.
   *
   * @throws CardwrightError `MOBILE_FORBIDDEN`, `PASSWORD_INCORRECT`, `CARD_PROOF_NEEDED`, `DEVICE_LIMIT`, `RATE_LIMITED`
   */
  start(user: User, request: StartEnrolment, context: { address: string; language: string }): Promise<StartedEnrolment>;
  /** @throws CardwrightError `ENROLMENT_NOT_FOUND` where the user has no such enrolment */
  status(user: User, id: string): Promise<EnrolmentStatus>;
  /**
   * The status now, and each time that it has changed, until it is final or `signal` is aborted.
   *
   * @throws CardwrightError `ENROLMENT_NOT_FOUND`
   */
  watch(user: User, id: string, signal: AbortSignal): AsyncIterable<EnrolmentStatus>;
  /**
   * The user says that this is the right phone.
   *
   * @param serial that of the phone that was shown
   * @throws CardwrightError `ENROLMENT_NOT_FOUND`, also where another phone or none waits for it; `DEVICE_LIMIT`
   */
  confirm(user: User, id: string, serial: string): Promise<EnrolmentStatus>;
  /** Ends an enrolment; one that has ended stays as it is. @throws CardwrightError `ENROLMENT_NOT_FOUND` */
  cancel(user: User, id: string): Promise<EnrolmentStatus>;
  /** Ends a device, revokes its certificates. @throws CardwrightError `DEVICE_STATE` where the user has no such device */
  delete(user: User, deviceId: string): Promise<void>;

  /** A browser opens a link. @param token what is secret in it */
  openLink(token: string, visitor: LinkVisitor): Promise<LinkPage>;
  /** The first profile, for the first browser that asks; undefined where the link is not good for it. */
  download(token: string, visitor: LinkVisitor): Promise<DownloadedProfile | undefined>;
  /**
   * A phone answers a profile, or asks for its configuration: the next profile, DER.
   *
   * @param body the CMS SignedData that it sent
   * @throws CardwrightError `ENROLMENT_NOT_FOUND`, `PHONE_UNSUPPORTED`, `PHONE_NOT_GENUINE`, `PHONE_OF_ANOTHER`
   */
  answerPhone(enrolment: string, body: Uint8Array): Promise<Uint8Array>;
  readonly registrar: ScepRegistrar;

  /** Ends what has run out of time. To be called every minute or so. */
  endOverdue(): Promise<void>;
}
