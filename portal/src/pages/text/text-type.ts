import type { DeviceSlot } from '@cardwright/cms';
import type { DeviceDescription } from '../api.js';

type State = DeviceDescription['state'];

/** What a device's card says about a device that is not active: what happened, and what its owner does. */
export interface Advice {
  readonly what: string;
  readonly todo: string;
}

/** Everything that the pages for users say. A further language is one more object of this type, named in `LANGUAGES`. */
export interface PageText {
  readonly pages: string;
  readonly myDevices: string;
  readonly logOut: string;

  readonly logIn: string;
  readonly userName: string;
  readonly password: string;
  readonly loginProblems: Readonly<Record<'LOGIN_REQUIRED' | 'RATE_LIMITED' | 'PASSKEY_LOGIN_REFUSED', string>>;
  readonly logInWithPasskey: string;
  /** Between the password and the passkey. */
  readonly or: string;
  /** The browser could not use any passkey. */
  readonly noPasskeyHere: string;

  /** Where someone who is logged in proves again who they are. */
  readonly freshProof: {
    readonly confirm: string;
    readonly withPasskey: string;
    readonly problems: Readonly<Record<'PASSWORD_INCORRECT' | 'RATE_LIMITED' | 'PASSKEY_LOGIN_REFUSED', string>>;
  };

  readonly addDevice: string;
  readonly addMobile: string;
  readonly noDevice: string;
  /** Where there were some. */
  readonly noDeviceInUse: string;
  /** For someone without a device. */
  readonly whatYouNeed: {
    readonly title: string;
    readonly needs: readonly string[];
    /** Where mobile devices can be added. */
    readonly mobile: string;
  };
  /** Before what the administrator says. */
  readonly whereToGet: string;
  /** On a device that was just added. */
  readonly added: string;

  readonly states: Readonly<Record<State, string>>;
  /** Buttons of operations on a device, by kind; one without words is not offered. */
  readonly operations: Readonly<Record<string, string>>;
  readonly continueIssuance: string;
  readonly startAgain: string;
  readonly interrupted: Advice;
  /** Its PIN is set, and an operator approves it. */
  readonly awaitingApproval: Advice;
  /** An issuance that has not finished, before and after an operator approved it. */
  readonly approvalNeeded: Advice;
  readonly approved: Advice;
  readonly unlockApprovalNeeded: Advice;
  readonly unlockApproved: Advice;
  /** @param reason the operator's; null where there is none */
  readonly askedBack: (reason: string | null) => Advice;
  /** An operator issued a one-time code for a new PIN. */
  readonly codeIssued: (time: string) => Advice;
  /** An operator declined it, and said why. */
  readonly declined: (reason: string) => Advice;
  readonly failed: Advice;
  /** Where the card can be erased, so that there is a choice. */
  readonly failedCanStartAgain: string;
  readonly cancelled: string;
  readonly pinToChoose: Advice;
  readonly pending: Advice;
  /** @param reason the operator's; null where there is none */
  readonly suspended: (date: string, reason: string | null) => Advice;
  /** Active with its initial PIN, which an operator can tell. */
  readonly initialPin: Advice;
  readonly setOwnPin: string;

  /** Until the first of its certificates ends. */
  readonly goodUntil: (date: string) => string;
  /** Over what is folded on a device's card. */
  readonly details: string;
  /** Over the terminated devices. */
  readonly noLongerUsed: string;
  readonly givenBackOn: (date: string) => string;
  /** Its owner gives it back, and its card was not read back yet. */
  readonly beingErased: string;
  readonly finishErasing: string;
  /** @param reason the operator's; null where there is none */
  readonly terminatedOn: (date: string, reason: string | null) => string;
  /** Before the help desk's name. */
  readonly questions: string;

  readonly id: string;
  readonly serialNumber: string;
  /** After a value that only page and host vouch for. */
  readonly notProved: (value: string) => string;
  readonly issued: string;
  readonly activated: string;
  readonly keys: string;
  readonly proof: Readonly<Record<DeviceDescription['proof'], string>>;
  readonly managementKey: string;
  readonly managementKeyConfigured: string;

  /** Of a mobile device. */
  readonly mobile: {
    readonly added: string;
    readonly systemVersion: string;
    readonly keys: string;
    readonly keysNotConfirmed: string;
  };
  readonly deleteMobile: {
    readonly label: string;
    /** @param name the device's */
    readonly title: (name: string) => string;
    readonly consequence: string;
    /** Where it has a certificate that others encrypt with. */
    readonly encrypted: string;
    /** What its user does on it. */
    readonly profile: string;
    readonly cancel: string;
    readonly done: (name: string) => string;
  };

  /** What the key of each slot is for (SP 800-73-4 Part 1, 3.3). */
  readonly purposes: Readonly<Record<DeviceSlot, string>>;
  readonly certificate: string;
  readonly key: string;
  readonly valid: string;
  readonly status: string;
  readonly certificateStates: Readonly<Record<DeviceDescription['certificates'][number]['status'], string>>;

  readonly passkeys: string;
  /** What its service calls the passkey. */
  readonly passkeyName: string;
  readonly created: string;
  readonly lastUsed: string;
  /** Of a passkey that may be on another authenticator. */
  readonly notOnDevice: { readonly label: string; readonly explanation: string };

  /** Lists that are read in pages, and the search in the operator's list of devices. */
  readonly list: {
    readonly search: string;
    readonly showAll: string;
    readonly more: string;
    readonly owner: string;
    readonly state: string;
    readonly everyState: string;
    readonly model: string;
    readonly everyModel: string;
    readonly none: string;
    /** How many are shown, and whether there are no others. */
    readonly devices: (count: number, isAll: boolean) => string;
    readonly entries: (count: number, isAll: boolean) => string;
    /** Not everyone with such a name was looked for. */
    readonly manyOwners: string;
  };
}
