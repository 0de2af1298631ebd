import type { PhoneRequest } from '@cardwright/protocol';
import type { SearchText } from './operation-text.js';

/** What `<cardwright-add-mobile>` says beside what it shares with the other elements. */
export interface MobileText {
  readonly title: string;
  readonly steps: {
    readonly proof: string;
    readonly scan: string;
    readonly install: string;
    readonly confirm: string;
    readonly certificates: string;
  };

  readonly preparing: string;

  readonly passwordTitle: string;
  readonly passwordHint: string;
  readonly password: string;

  /** Words for the search of the device that proves who its user is, in place of those of an issuance. */
  readonly proof: SearchText;
  readonly proveTitle: string;
  readonly proveHint: string;
  readonly provePinTitle: string;
  readonly provePinHint: string;

  readonly scanTitle: string;
  readonly scanHint: string;
  /** Of the QR code, for people who do not see it. */
  readonly qrCode: string;
  readonly link: string;
  readonly copyLink: string;
  /** Minutes and seconds. */
  readonly timeLeft: (time: string) => string;
  /** For a screen reader, now and then. */
  readonly minutesLeft: (minutes: number) => string;
  /** What to do on the device, in this order. */
  readonly scanSteps: readonly string[];
  /** Where the device does not know who signed the profile. */
  readonly unverified: string;
  readonly opened: string;

  readonly expiredTitle: string;
  readonly expiredHint: string;
  readonly newCode: string;

  readonly installTitle: string;
  readonly installHint: string;
  readonly installSteps: readonly string[];
  readonly stolenDeviceProtection: string;

  /** Given `iPhone` or `iPad`; null where the model says neither. */
  readonly confirmTitle: (kind: string | null) => string;
  readonly confirmHint: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly whereSerial: string;
  readonly confirm: string;
  readonly reject: string;

  readonly rejectedTitle: string;
  readonly rejectedHint: string;
  readonly rejectedAdvice: string;

  readonly certificatesTitle: string;
  readonly certificatesHint: string;
  readonly certificatesIssued: (issued: number, ordered: number) => string;

  readonly installedTitle: (model: string) => string;
  /** A device whose model is not known. */
  readonly someDevice: string;
  readonly installedHint: string;
  readonly installedUse: string;

  readonly cancelledTitle: string;
  readonly cancelledHint: string;

  /** Above what the portal saw last of a device that failed. */
  readonly lastRequest: string;
  readonly lastRequestAt: (time: string) => string;
  /** What that means: `it …`. */
  readonly requests: Readonly<Record<PhoneRequest, string>>;
  readonly removeProfile: string;

  /** The answer to Done before everything is done. */
  readonly missingTitle: string;
  readonly missingHint: string;
  readonly missing: {
    readonly scan: string;
    readonly install: string;
    readonly confirm: string;
    readonly certificates: string;
  };
  readonly missingStates: { readonly passed: string; readonly running: string; readonly waiting: string };
  readonly keepWaiting: string;

  /** The question before an enrolment is cancelled. */
  readonly stopTitle: string;
  readonly stopHint: string;
  readonly stop: string;
}
