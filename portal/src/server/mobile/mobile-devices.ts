import type { EnrolmentStatus, MobileOffer, StartEnrolment, StartedEnrolment } from '@cardwright/protocol/mobile';
import type { User } from '../store/schema.js';
import type { ScepRegistrar } from './scep/registrar.js';

/** The page that a link shows to the browser that opened it. */
export type LinkPage =
  | { readonly kind: 'download'; readonly language: string }
  /** Judging by its User-Agent, this browser runs on a phone and is not Safari, and only Safari installs profiles. */
  | { readonly kind: 'not-safari'; readonly language: string }
  /** Judging by its User-Agent, this browser cannot enrol. */
  | { readonly kind: 'unsupported'; readonly language: string }
  /**
   * The link cannot be used: it does not exist or has expired, its enrolment has ended, the phone has answered, or another browser has claimed
   * it. `language` is null if the link does not exist.
   */
  | { readonly kind: 'dead'; readonly language: string | null };

/** A browser that opens a link. */
export interface LinkVisitor {
  readonly userAgent: string;
  /** Value of the enrolment cookie that the browser sent; null if it sent no cookie of the right form. */
  readonly browser: string | null;
}

/** The page of the icon that the configuration brings to a phone. `language` is null if the address is not that of an icon. */
export type InstalledPage =
  /** The phone has everything, and its user has to press the button. */
  | { readonly kind: 'finish'; readonly language: string }
  /** The device is active. */
  | { readonly kind: 'finished'; readonly language: string }
  /** There is no such icon, or its device is not in use, suspended, or still lacks a certificate. */
  | { readonly kind: 'dead'; readonly language: string | null };

/** A link that is valid for one browser alone. */
export interface ClaimedLink {
  /** Value of the enrolment cookie by which the portal recognises the browser later. */
  readonly browser: string;
  /** Secret part of the address at which the profile is fetched. */
  readonly handover: string;
}

/**
 * The mobile devices of a portal: their enrolment, in which the user's page and the phone take part, the renewal of their certificates, and their
 * deletion.
 *
 * All lasting state is in the database, so any process of the portal can handle any call.
 */
export interface MobileDevices {
  /** Returns what the user's page shows before an enrolment. Returns null if the user may not add a mobile device. */
  offerFor(user: User): MobileOffer | null;
  /**
   * Returns the status of the user's enrolment whose phone is being set up: it has the first profile, and was not yet sent everything. Returns null
   * if there is none. Nothing in the status leads to the link, so this user's other sessions may see it too.
   */
  underWay(user: User): Promise<EnrolmentStatus | null>;
  /**
   * Begins an enrolment. An earlier open enrolment of the user is cancelled.
   *
   * @throws CardwrightError `MOBILE_FORBIDDEN`, `PASSWORD_INCORRECT`, `CARD_PROOF_NEEDED`, `DEVICE_LIMIT`, `RATE_LIMITED`;
   *   `CA_REFUSED` or `CA_UNAVAILABLE` if the registration authority needs a certificate and gets none
   */
  start(user: User, request: StartEnrolment, context: { address: string; language: string }): Promise<StartedEnrolment>;
  /** Returns the status of an enrolment. @throws CardwrightError `ENROLMENT_NOT_FOUND` if the user has no such enrolment */
  status(user: User, id: string): Promise<EnrolmentStatus>;
  /**
   * Yields the status now and after each change, until the status is final or `signal` is aborted.
   *
   * @throws CardwrightError `ENROLMENT_NOT_FOUND`
   */
  watch(user: User, id: string, signal: AbortSignal): AsyncIterable<EnrolmentStatus>;
  /**
   * Records that the user has recognised the phone that answered.
   *
   * @param serial serial number that the page showed to the user
   * @throws CardwrightError `ENROLMENT_NOT_FOUND`, also if no phone waits for the confirmation, or if the waiting phone has another serial
   *   number; `DEVICE_LIMIT`; `PHONE_OF_ANOTHER` or `PHONE_REFUSED`, which fails the enrolment, if the phone has become unavailable since it
   *   answered
   */
  confirm(user: User, id: string, serial: string): Promise<EnrolmentStatus>;
  /**
   * Cancels an enrolment. An ended enrolment is not changed, and neither is that of a phone that has all its certificates.
   *
   * @throws CardwrightError `ENROLMENT_NOT_FOUND`
   */
  cancel(user: User, id: string): Promise<EnrolmentStatus>;
  /**
   * Terminates a mobile device and revokes its certificates.
   *
   * @throws CardwrightError `DEVICE_STATE` if the user has no mobile device in use with this id, or an operator has suspended the device
   */
  delete(user: User, deviceId: string): Promise<void>;

  /** Handles the opening of a link in a browser. @param token secret part of the link */
  openLink(token: string, visitor: LinkVisitor): Promise<LinkPage>;
  /**
   * Makes a link valid for the first browser that asks, and for no other. The same browser can ask again until the phone has answered. Returns
   * undefined if the link is not valid for the browser.
   */
  claim(token: string, visitor: LinkVisitor): Promise<ClaimedLink | undefined>;
  /**
   * Returns the first profile, a CMS SignedData in DER, to the browser that claimed the link; and, once and within two minutes of the claim, to whoever
   * knows `handover` instead. Returns undefined to all others.
   *
   * @param handover `ClaimedLink.handover` of the browser's last claim
   * @throws CardwrightError `CA_REFUSED`, `CA_UNAVAILABLE` as in `start`
   */
  download(token: string, handover: string, visitor: LinkVisitor): Promise<Uint8Array | undefined>;
  /**
   * Returns the next profile for a phone's request: a CMS SignedData in DER.
   *
   * @param body the phone's CMS SignedData
   * @throws CardwrightError `ENROLMENT_NOT_FOUND`, `PHONE_UNSUPPORTED`, `PHONE_NOT_GENUINE`, `PHONE_OF_ANOTHER`, `PHONE_REFUSED`;
   *   `CA_REFUSED`, `CA_UNAVAILABLE` as in `start`
   */
  answerPhone(enrolment: string, body: Uint8Array): Promise<Uint8Array>;
  /**
   * Handles the opening of a phone's icon, or the button on the icon's page, which activates the device.
   *
   * @param token secret in the icon's address
   */
  openIcon(enrolment: string, token: string, press: { readonly isPressed: boolean }): Promise<InstalledPage>;
  readonly registrar: ScepRegistrar;

  /** Ends enrolments whose time is over, at most 500 in one call. The caller calls this at least once a minute. */
  endOverdue(): Promise<void>;
}
