import * as v from 'valibot';

/**
 * The error catalogue. Append only: a name keeps its number and its meaning for ever.
 * Numbers: 1xxx protocol and sdk, 2xxx extension, 3xxx host, 4xxx PC/SC and readers, 5xxx device,
 * 6xxx PIN and authentication, 7xxx keys and certificates, 8xxx FIDO, 9xxx CMS and mobile.
 */

export type Layer = 'sdk' | 'extension' | 'host' | 'reader' | 'device' | 'cms';

interface ErrorDefinition {
  readonly number: number;
  readonly layer: Layer;
  /** What happened, for a person. */
  readonly message: string;
  /** Why it usually happens. */
  readonly cause: string;
  /** What the user does next. */
  readonly user: string;
  /** What the administrator does, where the user can not. */
  readonly administrator: string;
  /** Whether trying the same again can succeed without a change by somebody. */
  readonly retriable: boolean;
  /** Typed details that travel with the error. */
  readonly data?: v.GenericSchema;
}

const retries = v.strictObject({ retriesLeft: v.nullable(v.number()) });
const define = <const T extends Record<string, ErrorDefinition>>(catalogue: T): T => catalogue;

export const errorCatalogue = define({
  INVALID_MESSAGE: {
    number: 1001,
    layer: 'sdk',
    retriable: false,
    message: 'The message is not one of the protocol.',
    cause: 'It is not a JSON-RPC 2.0 message, or larger than the protocol allows.',
    user: 'Reload the page.',
    administrator: 'Report it to the author of the portal.',
  },
  METHOD_NOT_FOUND: {
    number: 1002,
    layer: 'sdk',
    retriable: false,
    message: 'There is no such command.',
    cause: 'The portal uses a command that this version of Cardwright does not have.',
    user: 'Update Cardwright.',
    administrator: "Compare the versions of the portal's sdk, the extension and the host.",
  },
  INVALID_PARAMS: {
    number: 1003,
    layer: 'sdk',
    retriable: false,
    message: "The command's parameters are not valid.",
    cause: 'A parameter is missing, unknown, too large or of the wrong type.',
    user: 'Reload the page.',
    administrator: 'Report it, with the named parameter, to the author of the portal.',
    data: v.strictObject({ path: v.string(), problem: v.string() }),
  },
  INTERNAL: {
    number: 1004,
    layer: 'sdk',
    retriable: false,
    message: 'Something unexpected went wrong.',
    cause: 'A defect in Cardwright.',
    user: 'Try again; if it happens again, send the copied details to your help desk.',
    administrator: 'Report it with the incident id, which also stands in the log of the layer.',
    data: v.strictObject({ incident: v.string() }),
  },
  CANCELLED: {
    number: 1005,
    layer: 'sdk',
    retriable: true,
    message: 'The command was cancelled.',
    cause: 'The page asked for it, or was closed.',
    user: 'Start again when you are ready.',
    administrator: 'Nothing.',
  },
  TIMEOUT: {
    number: 1006,
    layer: 'sdk',
    retriable: true,
    message: 'No answer came in time.',
    cause: 'A part of Cardwright is busy or hangs.',
    user: 'Try again.',
    administrator: 'Run `cardwright-host doctor` on the computer.',
  },
  VERSION_MISMATCH: {
    number: 1007,
    layer: 'sdk',
    retriable: false,
    message: 'The parts of Cardwright do not speak a common version of the protocol.',
    cause: 'One part was updated and another was not.',
    user: 'Update the part that is named.',
    administrator: 'Deploy the named part in its current version.',
    data: v.strictObject({ update: v.picklist(['sdk', 'extension', 'host']) }),
  },
  ALREADY_INITIALIZED: {
    number: 1008,
    layer: 'sdk',
    retriable: false,
    message: 'The session was already opened.',
    cause: 'The page sent `initialize` twice, or a command before it.',
    user: 'Reload the page.',
    administrator: 'Report it to the author of the portal.',
  },
  NOT_INITIALIZED: {
    number: 1009,
    layer: 'sdk',
    retriable: false,
    message: 'The session is not open yet.',
    cause: 'The page sent a command before `initialize`.',
    user: 'Reload the page.',
    administrator: 'Report it to the author of the portal.',
  },
  EXTENSION_MISSING: {
    number: 2001,
    layer: 'extension',
    retriable: true,
    message: 'The Cardwright extension did not answer.',
    cause: 'It is not installed, is switched off, or was installed after this page was opened.',
    user: 'Install or switch on the extension, then press Refresh.',
    administrator: 'Deploy the extension by policy.',
  },
  SITE_NOT_GRANTED: {
    number: 2002,
    layer: 'extension',
    retriable: true,
    message: 'This site may not use your devices.',
    cause: 'You were not asked yet, you said no, or your administrator blocks the site.',
    user: 'Allow the site when Cardwright asks, or in the menu of the extension.',
    administrator: 'Grant the site by policy.',
    data: v.strictObject({ consent: v.picklist(['needed', 'denied', 'blocked']) }),
  },
  PERMISSION_DENIED: {
    number: 2003,
    layer: 'extension',
    retriable: false,
    message: 'The site was not granted this kind of command.',
    cause: 'The site was granted less than it now uses.',
    user: 'Allow it in the menu of the extension.',
    administrator: 'Grant the missing class to the site by policy.',
    data: v.strictObject({ permission: v.picklist(['read', 'use', 'manage']) }),
  },
  CMS_KEYS_UNAVAILABLE: {
    number: 2004,
    layer: 'extension',
    retriable: true,
    message: "The site's keys could not be read.",
    cause: 'The site does not serve /.well-known/cardwright, or it is not a JWK set.',
    user: 'Try again later, or tell your help desk.',
    administrator: "Check the document, or configure the site's keys by policy.",
  },
  USER_CANCELLED: {
    number: 2005,
    layer: 'extension',
    retriable: true,
    message: 'The window was closed before it was completed.',
    cause: 'You closed the window or pressed Cancel.',
    user: 'Start again when you are ready.',
    administrator: 'Nothing.',
  },
  WINDOW_NOT_ALLOWED: {
    number: 2006,
    layer: 'extension',
    retriable: true,
    message: 'Cardwright can not open its window now.',
    cause: 'The page is not in front, or another window of Cardwright is open.',
    user: 'Close the other window, bring the page to the front and try again.',
    administrator: 'Nothing.',
  },
  INSECURE_CONTEXT: {
    number: 2007,
    layer: 'extension',
    retriable: false,
    message: 'The page is not secure.',
    cause: 'Cardwright works on https pages and on localhost, in the top frame only.',
    user: 'Open the page by its https address.',
    administrator: 'Serve the portal over https.',
  },
  USER_TIMEOUT: {
    number: 2008,
    layer: 'extension',
    retriable: true,
    message: 'The window was open for too long.',
    cause: 'Nothing was entered in time.',
    user: 'Start again when you are ready.',
    administrator: 'Nothing.',
  },
  HOST_MISSING: {
    number: 3001,
    layer: 'host',
    retriable: true,
    message: 'The Cardwright host was not found on this computer.',
    cause: 'It is not installed for this browser, or policy hides it.',
    user: 'Install the Cardwright host, then press Refresh.',
    administrator: 'Deploy the host; with user-level hosts forbidden, install it for the whole computer.',
  },
  HOST_FORBIDDEN: {
    number: 3002,
    layer: 'host',
    retriable: false,
    message: 'The host does not accept this extension, or policy forbids it.',
    cause: "The extension has another id than the host's manifest names.",
    user: 'Tell your help desk.',
    administrator: 'Allow the host by policy, or install matching versions.',
  },
  HOST_CRASHED: {
    number: 3003,
    layer: 'host',
    retriable: true,
    message: 'The Cardwright host ended unexpectedly.',
    cause: 'It was ended from outside, or has a defect.',
    user: 'Try again.',
    administrator: 'Run `cardwright-host doctor` on the computer.',
  },
  STEP_REQUIRED: {
    number: 3004,
    layer: 'host',
    retriable: false,
    message: 'This command must come in a step that the CMS signed.',
    cause: 'The page sent it by itself.',
    user: 'Tell your help desk.',
    administrator: 'Report it to the author of the portal.',
  },
  STEP_REFUSED: {
    number: 3005,
    layer: 'host',
    retriable: false,
    message: 'The step was refused; the card was not touched.',
    cause: 'Its signature, session, device, order or age is not right.',
    user: 'Start again.',
    administrator: "Check the CMS's clock and keys.",
    data: v.strictObject({
      reason: v.picklist(['signature', 'origin', 'session', 'device', 'order', 'expired', 'content']),
    }),
  },
  SECRET_REFUSED: {
    number: 3006,
    layer: 'host',
    retriable: false,
    message: 'A sealed secret does not belong to this command.',
    cause: 'It was sealed for another session, device, operation or purpose.',
    user: 'Start again.',
    administrator: "Check the CMS's keys.",
  },
  SECRET_MISSING: {
    number: 3007,
    layer: 'host',
    retriable: false,
    message: 'A secret that the command needs is not there.',
    cause: 'The session that prepared it has ended.',
    user: 'Start again.',
    administrator: 'Report it to the author of the portal.',
  },
  PCSC_UNAVAILABLE: {
    number: 4001,
    layer: 'reader',
    retriable: true,
    message: "The computer's smart card service is not running.",
    cause: 'Its service is stopped: pcscd on Linux, Smart Card on Windows.',
    user: 'Restart the computer, or tell your help desk.',
    administrator: 'Start the service, and let it start with the computer.',
  },
  NO_READER: {
    number: 4002,
    layer: 'reader',
    retriable: true,
    message: 'No card reader is connected.',
    cause: 'There is neither a reader nor a security key.',
    user: 'Connect a reader or a security key.',
    administrator: "Check the reader's driver.",
  },
  DEVICE_BUSY: {
    number: 4003,
    layer: 'reader',
    retriable: true,
    message: 'Another program is using the device.',
    cause: 'A card agent of the computer or another page holds it.',
    user: 'Close other programs that use the card and try again.',
    administrator: 'Find the program that holds the card.',
  },
  CARD_REMOVED: {
    number: 4004,
    layer: 'reader',
    retriable: true,
    message: 'The device was removed.',
    cause: 'It was pulled, or its contact was interrupted.',
    user: 'Connect it again and leave it connected until the end.',
    administrator: 'Check the reader.',
  },
  CARD_MUTE: {
    number: 4005,
    layer: 'reader',
    retriable: true,
    message: 'The device does not answer.',
    cause: 'The card or its contact is faulty.',
    user: 'Remove the device and connect it again.',
    administrator: 'Replace the device if it happens again.',
  },
  DEVICE_NOT_FOUND: {
    number: 5001,
    layer: 'device',
    retriable: true,
    message: 'The device is not connected any more.',
    cause: 'It was removed, or never was in a reader.',
    user: 'Connect it and press Refresh.',
    administrator: 'Nothing.',
  },
  DEVICE_NOT_OPEN: {
    number: 5002,
    layer: 'device',
    retriable: false,
    message: 'The device is not open.',
    cause: 'It was not opened, or was let go after a minute without use.',
    user: 'Start again.',
    administrator: 'Report it to the author of the portal.',
  },
  NO_APPLICATION: {
    number: 5003,
    layer: 'device',
    retriable: false,
    message: 'The device has no PIV application.',
    cause: 'It is another kind of card, or PIV is switched off on it.',
    user: 'Use another device.',
    administrator: 'Switch the PIV application on.',
  },
  NOT_SUPPORTED_BY_DEVICE: {
    number: 5004,
    layer: 'device',
    retriable: false,
    message: 'The device can not do this.',
    cause: 'The function is beyond what this model offers.',
    user: 'Use another device.',
    administrator: 'Change the device policy for this model.',
    data: v.strictObject({ capability: v.string() }),
  },
  DEVICE_FULL: {
    number: 5005,
    layer: 'device',
    retriable: false,
    message: 'There is no room left on the device.',
    cause: 'Its memory holds other objects.',
    user: 'Use another device.',
    administrator: 'Reset the device, or use smaller keys.',
  },
  CARD_ERROR: {
    number: 5006,
    layer: 'device',
    retriable: true,
    message: 'The device answered with an error.',
    cause: 'The card refused the command in a way that has no more precise meaning.',
    user: 'Try again; if it happens again, use another device.',
    administrator: 'Look up the status word in ISO 7816-4, 5.6.',
    data: v.strictObject({ statusWord: v.string(), instruction: v.string() }),
  },
  PIN_INCORRECT: {
    number: 6001,
    layer: 'device',
    retriable: false,
    message: 'The PIN is not correct.',
    cause: 'Another PIN was entered.',
    user: 'Check the PIN and try again.',
    administrator: 'Unlock the device once the PIN is blocked.',
    data: retries,
  },
  PIN_BLOCKED: {
    number: 6002,
    layer: 'device',
    retriable: false,
    message: 'The PIN is blocked.',
    cause: 'It was entered wrongly too often.',
    user: 'Have the device unlocked.',
    administrator: 'Unlock the device.',
  },
  PUK_INCORRECT: {
    number: 6003,
    layer: 'device',
    retriable: false,
    message: 'The PUK is not correct.',
    cause: 'The device has another PUK than the CMS expects.',
    user: 'Tell your help desk.',
    administrator: 'Check the factory PUK in the device policy.',
    data: retries,
  },
  PUK_BLOCKED: {
    number: 6004,
    layer: 'device',
    retriable: false,
    message: 'The PUK is blocked.',
    cause: 'It was used wrongly too often.',
    user: 'Use another device.',
    administrator: 'Reset the device if its model allows it.',
  },
  PIN_REFUSED_BY_DEVICE: {
    number: 6005,
    layer: 'device',
    retriable: true,
    message: 'The device does not accept this PIN.',
    cause: 'The device has rules of its own for a PIN.',
    user: 'Choose another PIN.',
    administrator: "Make the PIN rules at least as strict as the device's.",
  },
  MANAGEMENT_KEY_REFUSED: {
    number: 6006,
    layer: 'device',
    retriable: false,
    message: 'The device does not accept the management key.',
    cause: 'It was issued by another system, or its factory key is not the configured one.',
    user: 'Tell your help desk.',
    administrator: 'Check the management key in the device policy.',
    data: v.strictObject({
      /** A fresh witness for the next candidate, when the command asked for one. */
      next: v.nullable(v.strictObject({ algorithm: v.string(), witness: v.string() })),
    }),
  },
  NOT_AUTHENTICATED: {
    number: 6007,
    layer: 'device',
    retriable: true,
    message: 'The device asks for an authentication first.',
    cause: 'The authentication before was lost, for example by a reset of the card.',
    user: 'Start again.',
    administrator: 'Find out whether another program uses the card.',
  },
  LAST_TRY: {
    number: 6008,
    layer: 'host',
    retriable: false,
    message: 'Only one try is left, and it was not spent.',
    cause: 'One more wrong entry would block the device.',
    user: 'Have the device unlocked.',
    administrator: 'Unlock the device.',
    data: retries,
  },
  PIN_RULES_CONFLICT: {
    number: 6009,
    layer: 'host',
    retriable: false,
    message: "No PIN can satisfy both the CMS's rules and the device's.",
    cause: 'The CMS asks for a length that the device can not have.',
    user: 'Tell your help desk.',
    administrator: 'Change the PIN rules in the device policy.',
  },
  KEY_CANNOT_SIGN: {
    number: 7001,
    layer: 'device',
    retriable: false,
    message: 'The key of this slot can not sign.',
    cause: 'Some cards let an elliptic curve key in 9D agree on keys only.',
    user: 'Tell your help desk.',
    administrator: 'Use RSA in 9D for this model, or leave 9D out.',
    data: v.strictObject({ slot: v.string() }),
  },
  ALGORITHM_NOT_SUPPORTED: {
    number: 7002,
    layer: 'device',
    retriable: false,
    message: 'The device does not support this algorithm.',
    cause: 'The model or its firmware lacks it.',
    user: 'Tell your help desk.',
    administrator: 'Choose another algorithm for this model.',
  },
  KEY_MISSING: {
    number: 7003,
    layer: 'device',
    retriable: false,
    message: 'There is no key in this slot.',
    cause: 'It was not generated yet, or was deleted.',
    user: 'Start again.',
    administrator: 'Report it to the author of the portal.',
  },
  WEAK_KEY_GENERATION: {
    number: 7004,
    layer: 'host',
    retriable: false,
    message: 'This device makes weak RSA keys.',
    cause: 'Its firmware (4.2.0 to 4.3.4) has the flaw known as ROCA (CVE-2017-15361).',
    user: 'Use another device.',
    administrator: 'Replace the device, or use elliptic curves.',
  },
  ESCROW_MISMATCH: {
    number: 7005,
    layer: 'host',
    retriable: false,
    message: 'The escrow that the CMS stored is not the one that was made.',
    cause: 'The digest in the step differs: nothing was written to the card.',
    user: 'Start again.',
    administrator: 'Report it to the author of the portal.',
  },
  CERTIFICATE_INVALID: {
    number: 7006,
    layer: 'device',
    retriable: false,
    message: 'The certificate on the device can not be read.',
    cause: 'The object is damaged or in an unknown format.',
    user: 'Issue the device again.',
    administrator: 'Issue the device again.',
  },
  LOGIN_REQUIRED: {
    number: 9001,
    layer: 'cms',
    retriable: true,
    message: 'You are not logged in.',
    cause: 'The session at the portal has ended.',
    user: 'Log in again.',
    administrator: 'Nothing.',
  },
  FORBIDDEN: {
    number: 9002,
    layer: 'cms',
    retriable: false,
    message: 'You may not do this.',
    cause: 'It needs another role, or belongs to somebody else.',
    user: 'Tell your help desk.',
    administrator: 'Give the account the role.',
  },
  DEVICE_LIMIT: {
    number: 9003,
    layer: 'cms',
    retriable: false,
    message: 'You have as many devices as you may have.',
    cause: 'The portal limits the number of devices for each user.',
    user: 'Have a device terminated first.',
    administrator: 'Raise the limit, or terminate a device.',
    data: v.strictObject({ limit: v.number() }),
  },
  DEVICE_NOT_ELIGIBLE: {
    number: 9004,
    layer: 'cms',
    retriable: false,
    message: 'This device can not be issued.',
    cause: 'The portal gives its reason.',
    user: 'Use another device.',
    administrator: 'Change the device policy, or reset the device.',
    data: v.strictObject({ reason: v.string() }),
  },
  OPERATION_NOT_FOUND: {
    number: 9005,
    layer: 'cms',
    retriable: false,
    message: 'The portal does not know this operation.',
    cause: 'It has ended or belongs to somebody else.',
    user: 'Start again.',
    administrator: 'Nothing.',
  },
  OPERATION_MOVED: {
    number: 9006,
    layer: 'cms',
    retriable: false,
    message: 'The operation goes on in another tab.',
    cause: 'It was resumed elsewhere.',
    user: 'Go on in the other tab.',
    administrator: 'Nothing.',
  },
  OPERATION_FAILED: {
    number: 9007,
    layer: 'cms',
    retriable: false,
    message: 'The operation failed.',
    cause: 'A step could not be completed.',
    user: 'Go on with the same device, or start again.',
    administrator: 'Read the audit log.',
    data: v.strictObject({ reason: v.string() }),
  },
  ATTESTATION_REFUSED: {
    number: 9008,
    layer: 'cms',
    retriable: false,
    message: 'The device could not prove that its keys were made on it.',
    cause: 'Its attestation is missing or does not hold.',
    user: 'Use another device.',
    administrator: 'Check the attestation roots in the device policy.',
    data: v.strictObject({ reason: v.string() }),
  },
  CA_UNAVAILABLE: {
    number: 9009,
    layer: 'cms',
    retriable: true,
    message: 'The certification authority can not be reached.',
    cause: 'It is stopped or cut off from the portal.',
    user: 'Try again later.',
    administrator: 'Check the certification authority.',
  },
  CMS_UNREACHABLE: {
    number: 9010,
    layer: 'cms',
    retriable: true,
    message: 'The portal does not answer.',
    cause: 'The network or the portal is down.',
    user: 'Check your network and try again.',
    administrator: 'Check the portal.',
  },
  RATE_LIMITED: {
    number: 9011,
    layer: 'cms',
    retriable: true,
    message: 'Too many tries.',
    cause: 'The portal limits how often this may be tried.',
    user: 'Wait a minute and try again.',
    administrator: 'Nothing.',
  },
  READ_BACK_MISMATCH: {
    number: 9012,
    layer: 'cms',
    retriable: false,
    message: 'What was read back from the device is not what was written.',
    cause: 'The device is faulty, or something between portal and card interferes.',
    user: 'Try again; if it happens again, use another device.',
    administrator: 'Replace the device.',
    data: v.strictObject({ object: v.string() }),
  },
  DEVICE_STATE: {
    number: 9013,
    layer: 'cms',
    retriable: false,
    message: 'The device is in a state that does not allow this.',
    cause: 'Somebody else changed it meanwhile, or the action does not apply to it.',
    user: 'Reload the page.',
    administrator: 'Reload the page.',
    data: v.strictObject({ state: v.string() }),
  },
});

export type ErrorCatalogue = typeof errorCatalogue;
export type ErrorCode = keyof ErrorCatalogue;

/** The typed details of an error; an empty object where the catalogue names none. */
export type ErrorData<C extends ErrorCode> = ErrorCatalogue[C] extends { data: infer S extends v.GenericSchema }
  ? v.InferOutput<S> & object
  : Record<string, never>;

/** Details are asked for exactly where the catalogue names some. */
type Details<C extends ErrorCode> = ErrorCatalogue[C] extends { data: v.GenericSchema }
  ? [data: ErrorData<C>, options?: ErrorOptions]
  : [data?: Record<string, never>, options?: ErrorOptions];

export const isErrorCode = (name: string): name is ErrorCode => Object.hasOwn(errorCatalogue, name);

/** What the catalogue says of a code. */
export const describeError = (code: ErrorCode): ErrorDefinition => errorCatalogue[code];

/** An error on the wire: JSON-RPC's error object, whose `data.name` is the code. */
export const wireError = v.object({
  code: v.number(),
  message: v.pipe(v.string(), v.maxLength(2000)),
  data: v.object({
    name: v.pipe(v.string(), v.maxLength(60)),
    details: v.exactOptional(v.record(v.string(), v.unknown())),
  }),
});
export type WireError = v.InferOutput<typeof wireError>;

/**
 * An error of the catalogue. `switch (error.code)` tells which; `error.data` has its details.
 *
 * @example
 * throw new CardwrightError('PIN_INCORRECT', { retriesLeft: 2 });
 */
export class CardwrightError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'CardwrightError';
  readonly data: Readonly<ErrorData<C>>;

  constructor(
    readonly code: C,
    ...details: Details<C>
  ) {
    // The compiler does not follow the conditional tuple into the constructor of a generic class.
    const [data, options] = details as [ErrorData<C> | undefined, ErrorOptions | undefined];
    super(describeError(code).message, options);
    this.data = data ?? ({} as ErrorData<C>);
  }

  get number(): number {
    return describeError(this.code).number;
  }

  get retriable(): boolean {
    return describeError(this.code).retriable;
  }

  /** For the wire: without stack and without cause. */
  toWire(): WireError {
    return {
      code: this.number,
      message: this.message,
      data: { name: this.code, details: Object.fromEntries(Object.entries(this.data)) },
    };
  }

  /** Reads an error from the wire; one that this version does not know is an `INTERNAL` with its name as incident. */
  static fromWire(value: unknown): CardwrightError {
    const parsed = v.safeParse(wireError, value);
    if (!parsed.success) return new CardwrightError('INTERNAL', { incident: 'unreadable error' });
    const { name, details = {} } = parsed.output.data;
    if (!isErrorCode(name)) return new CardwrightError('INTERNAL', { incident: name });
    const schema = describeError(name).data;
    if (schema && !v.is(schema, details)) return new CardwrightError('INTERNAL', { incident: `${name}, unreadable` });
    // The schema of this very code has just accepted the details.
    const accepted: [unknown] = [schema ? details : {}];
    return new CardwrightError(name, ...(accepted as Details<ErrorCode>));
  }
}

/** Whether an unknown value is an error of the catalogue, and, with `code`, that one. */
export function isCardwrightError<C extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: C,
): error is CardwrightError<C> {
  return error instanceof CardwrightError && (code === undefined || error.code === code);
}

/** Makes an error of the catalogue of anything thrown; what is unknown is a defect and gets an incident id. */
export function asCardwrightError(
  error: unknown,
  onDefect: (incident: string, error: unknown) => void,
): CardwrightError {
  if (isCardwrightError(error)) return error;
  const incident = globalThis.crypto.randomUUID();
  onDefect(incident, error);
  return new CardwrightError('INTERNAL', { incident });
}
