import type { DeviceUse, ErrorTexts, Installable } from '@cardwright/protocol';
import type { Absence } from '../../redelivery.js';
import type { PasskeyTask } from '../passkey-task.js';
import type { MobileText } from './mobile-text.js';
import type { OperationTexts } from './operation-text.js';

export interface PasskeyTaskText {
  readonly title: string;
  readonly hint: (service: string) => string;
}

/** Everything that the elements say. A further language is one more object of this type, named in `LANGUAGES`. */
export interface Text {
  /** For narrow screens: "Step 2 of 4". */
  readonly stepOf: (step: number, of: number) => string;
  readonly done: string;
  readonly cancel: string;
  readonly close: string;
  /** Ends a wizard in which everything is done. */
  readonly finish: string;
  readonly next: string;
  readonly refresh: string;
  readonly retry: string;
  /** After the operation moved to another tab. */
  readonly goOnHere: string;
  readonly logIn: string;
  /** Leads to a new PIN where the old one is blocked or forgotten. */
  readonly setNewPin: string;
  /** Leads to the erasure of a device whose PUK can't be used any more. */
  readonly eraseIt: string;
  /** Lets the user choose among the connected devices. */
  readonly chooseAgain: string;
  /** A fresh page. */
  readonly reload: string;
  readonly copyDetails: string;
  readonly copied: string;

  readonly checking: string;
  readonly checkingHint: string;
  readonly extension: string;
  readonly site: string;
  readonly host: string;
  readonly reader: string;
  /** After what to do where there is no reader. */
  readonly readerAwaited: string;
  /** After what to do where the site was refused. */
  readonly pardonAwaited: string;
  /** Where the user tries again before that. */
  readonly stillRefused: string;
  readonly checkStates: {
    readonly waiting: string;
    readonly running: string;
    readonly passed: string;
    readonly needed: string;
    readonly asking: string;
    readonly failed: string;
  };
  readonly allowTitle: string;
  readonly allowHint: string;
  readonly allow: string;

  readonly searching: string;
  /** Where the user continues with one particular device, which is named below. */
  readonly connectWantedTitle: string;
  readonly connectWantedHint: string;
  /** That device, where the wizard knows nothing about it. */
  readonly wantedUnknown: string;
  readonly wantedMissing: (device: string) => string;
  readonly noReader: string;
  /** Where everything that could be chosen must be erased first. */
  readonly eraseHint: string;
  readonly eraseAndUse: string;
  readonly eraseAsksAgain: string;
  readonly serial: (serial: string) => string;
  readonly inReader: (reader: string) => string;
  readonly lastReader: (reader: string) => string;
  /** For a screen reader, when devices come and go. */
  readonly choices: (count: number) => string;

  readonly eraseWindowTitle: string;
  readonly eraseWindowHint: string;

  /** After the user has confirmed that. */
  readonly erasing: string;

  /** Where nothing has moved for some time, given as minutes and seconds. */
  readonly stalled: (time: string) => string;
  /** Until the CMS says what happens. */
  readonly opening: string;
  readonly waitingForHolder: string;
  readonly absences: Readonly<Record<Absence, string>>;
  readonly percent: (percent: number) => string;

  readonly pinPreparing: string;
  /** Where the FIDO PIN is one of its own: what this PIN is for. */
  readonly pinIsForTheRest: string;
  /** Where it is the FIDO PIN too. */
  readonly pinIsForAll: string;

  /** What the user does for a passkey, which the service of this name gets. */
  readonly passkeyTasks: Readonly<Record<PasskeyTask, PasskeyTaskText>>;
  /** In the way `window`. */
  readonly passkeyWindow: string;
  /** Which PIN is which. */
  readonly fidoPin: string;
  readonly fidoPinUse: string;
  readonly devicePin: string;
  readonly devicePinUse: string;

  readonly keepGoing: string;

  /** Where the CMS wants its user to prove again who they are. */
  readonly proveTitle: string;
  /** Above the page's own form for that. */
  readonly proveHint: string;
  /** Where the page has none. */
  readonly proveByLogin: string;
  /** Where the CMS did not take what was proved. */
  readonly proveOtherwise: string;

  readonly pendingTitle: string;
  /** After why the PIN was not changed. */
  readonly pendingHint: string;
  /** Where its owner can still choose one. */
  readonly pendingRetry: string;
  readonly setPin: string;

  /** What the device is good for, of which there is something. */
  readonly readyUses: (uses: readonly DeviceUse[]) => string;
  /** What the passkeys are for. */
  readonly readyPasskeys: (services: readonly string[]) => string;
  readonly rememberPin: string;
  readonly rememberFidoPin: string;
  readonly rememberBothPins: string;
  /** Seconds until the wizard closes by itself. */
  readonly closesIn: (seconds: number) => string;

  /** Brings the extension's window to the front, which waits for the user. */
  readonly showWindow: string;
  readonly windowNotShown: string;
  /** Of the tab, while such a window waits, by the page's own title. */
  readonly tabTitle: (title: string) => string;

  /** Where the start takes the one-time code of an operator. */
  readonly code: {
    readonly title: string;
    readonly hint: string;
    readonly label: string;
    readonly incorrect: string;
    /** Where only a new code helps. */
    readonly useless: string;
  };
  /** After what was wrong: a code, or a PIN. */
  readonly triesLeft: (tries: number) => string;

  readonly approvalTitle: string;
  readonly approvalHint: string;
  /** After what to do where someone else has to act before an issuance can continue. */
  readonly continueLater: string;

  readonly error: (number: number, code: string) => string;
  readonly whatToDo: string;
  readonly reason: string;
  /** Link to the error's entry in the troubleshooting page. */
  /** The extension shows and saves it; the page gets nothing of it. */
  readonly supportFile: string;
  readonly moreHelp: string;
  readonly contact: string;
  readonly install: Readonly<Record<Installable, string>>;
  readonly operations: OperationTexts;
  readonly mobile: MobileText;
  /** The error catalogue in this language. */
  readonly errors: ErrorTexts;
}
