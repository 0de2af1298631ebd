import * as v from 'valibot';
import { authenticationErrors } from './errors/authentication.js';
import { cmsErrors } from './errors/cms.js';
import { deviceErrors } from './errors/device.js';
import { extensionErrors } from './errors/extension.js';
import { fidoErrors } from './errors/fido.js';
import { hostErrors } from './errors/host.js';
import { keyErrors } from './errors/key.js';
import { mobileErrors } from './errors/mobile.js';
import { protocolErrors } from './errors/protocol.js';
import { readerErrors } from './errors/reader.js';
import type {
  ErrorDefinition,
  ErrorTranslation,
  ErrorWords,
  Installable,
  Recovery,
  WayOn,
} from './errors/definition.js';
import { readHelpDesk, type HelpDesk } from './help-desk.js';
import { described } from './schema.js';

/**
 * The error catalogue. Append only: a name keeps its number and its meaning forever. Numbers: 1xxx protocol and sdk, 2xxx extension,
 * 3xxx host, 4xxx PC/SC and readers, 5xxx device, 6xxx PIN and authentication, 7xxx keys and certificates, 8xxx FIDO, 9xxx CMS and
 * mobile.
 */
export const errorCatalogue = {
  ...protocolErrors,
  ...extensionErrors,
  ...hostErrors,
  ...readerErrors,
  ...deviceErrors,
  ...authenticationErrors,
  ...keyErrors,
  ...fidoErrors,
  ...cmsErrors,
  ...mobileErrors,
};

export type ErrorCatalogue = typeof errorCatalogue;
export type ErrorCode = keyof ErrorCatalogue;

/** Typed details of an error; an empty object if the catalogue defines none. */
export type ErrorData<C extends ErrorCode> = ErrorCatalogue[C] extends { data: infer S extends v.GenericSchema }
  ? v.InferOutput<S> & object
  : Record<string, never>;

/** Details are required exactly if the catalogue defines some. */
type Details<C extends ErrorCode> = ErrorCatalogue[C] extends { data: v.GenericSchema }
  ? [data: ErrorData<C>, options?: CardwrightErrorOptions]
  : [data?: Record<string, never>, options?: CardwrightErrorOptions];

/** Options of an error besides its details. */
export interface CardwrightErrorOptions extends ErrorOptions {
  readonly helpDesk?: HelpDesk;
}

/** The catalogue's text if there is nothing to do. */
export const NOTHING_TO_DO = 'Nothing to do.';

export const isErrorCode = (name: string): name is ErrorCode => Object.hasOwn(errorCatalogue, name);

/** The catalogue's entry for a code. */
export const describeError = (code: ErrorCode): ErrorDefinition => errorCatalogue[code];

/** The catalogue in a language other than English. */
export type ErrorTranslations = Readonly<Record<ErrorCode, ErrorTranslation>>;

/**
 * Text of an error for people, adapted to its details.
 *
 * @param translations English if left out
 */
export function wordsOf(error: CardwrightError, translations?: ErrorTranslations): ErrorWords {
  const { code } = error;
  const variant = variantOf(error);
  const words = wordsOfCode(code, translations);
  if (variant === undefined) return words;
  const english = describeError(code).variants?.values[variant];
  return { ...words, ...(translations ? translations[code].variants?.[variant] : english) };
}

/** Text of a code for people, if no error with details is at hand. */
export function wordsOfCode(code: ErrorCode, translations?: ErrorTranslations): ErrorWords {
  const { message, cause, user, administrator } = translations?.[code] ?? describeError(code);
  return { message, cause, user, administrator };
}

function wayOnFrom(error: CardwrightError): WayOn {
  const { recovery, install, variants } = describeError(error.code);
  const variant = variantOf(error);
  return { recovery, ...(install && { install }), ...(variant === undefined ? {} : variants?.values[variant]) };
}

/** The value of the detail on which the text of an error depends; undefined if its code has no such detail. */
function variantOf({ code, data }: CardwrightError): string | undefined {
  const { variants } = describeError(code);
  if (!variants) return undefined;
  const details: Readonly<Record<string, unknown>> = data;
  const value = details[variants.detail];
  return typeof value === 'string' && Object.hasOwn(variants.values, value) ? value : undefined;
}

/** An error on the wire: JSON-RPC's error object, with the code as `data.name`. */
export const wireError = v.object({
  code: v.number(),
  message: v.pipe(v.string(), v.maxLength(2000)),
  data: v.object({
    name: v.pipe(v.string(), v.maxLength(60)),
    details: v.exactOptional(v.record(v.string(), v.unknown())),
    helpDesk: v.exactOptional(
      described(
        v.record(v.string(), v.unknown()),
        "Whom the user asks, and where they get what is missing: by the administrator's policy. The extension adds it for a site that may use the devices. Whoever shows it leaves out what is not valid: its addresses become links.",
      ),
    ),
  }),
});
export type WireError = v.InferOutput<typeof wireError>;

/**
 * An error of the catalogue. Use `switch (error.code)` to tell errors apart; `error.data` has the details.
 *
 * @example
 * throw new CardwrightError('PIN_INCORRECT', { retriesLeft: 2 });
 */
export class CardwrightError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'CardwrightError';
  readonly data: Readonly<ErrorData<C>>;
  /** Contacts and downloads that the administrator of this computer has set; empty if there are none. */
  readonly helpDesk: HelpDesk;

  constructor(
    readonly code: C,
    ...details: Details<C>
  ) {
    // The compiler does not follow the conditional tuple into the constructor of a generic class.
    const [data, options] = details as [ErrorData<C> | undefined, CardwrightErrorOptions | undefined];
    super(describeError(code).message, options);
    this.data = data ?? ({} as ErrorData<C>);
    this.helpDesk = options?.helpDesk ?? {};
  }

  get number(): number {
    return describeError(this.code).number;
  }

  get retriable(): boolean {
    return describeError(this.code).retriable;
  }

  get recovery(): Recovery {
    return wayOnFrom(this).recovery;
  }

  /** The part that the user has to install first, if any. */
  get install(): Installable | undefined {
    return wayOnFrom(this).install;
  }

  /** The operation in which it occurred can continue in another session. */
  get resumable(): boolean {
    return describeError(this.code).resumable === true;
  }

  /**
   * Converts the error for the wire, without stack, cause and help desk. The part that reads the administrator's policy adds the help
   * desk.
   */
  toWire(): WireError {
    return {
      code: this.number,
      message: this.message,
      data: { name: this.code, details: Object.fromEntries(Object.entries(this.data)) },
    };
  }

  /** Reads an error from the wire. An unknown code becomes an `INTERNAL` with that code as its incident. */
  static fromWire(value: unknown): CardwrightError {
    const parsed = v.safeParse(wireError, value);
    if (!parsed.success) return new CardwrightError('INTERNAL', { incident: 'unreadable error' });
    const { name, details = {}, helpDesk } = parsed.output.data;
    const options = { helpDesk: readHelpDesk(helpDesk) };
    if (!isErrorCode(name)) return new CardwrightError('INTERNAL', { incident: name }, options);
    const schema = describeError(name).data;
    if (schema && !v.is(schema, details)) {
      return new CardwrightError('INTERNAL', { incident: `${name}, unreadable` }, options);
    }
    // The schema of this code has just accepted the details.
    const accepted: [unknown, CardwrightErrorOptions] = [schema ? details : {}, options];
    return new CardwrightError(name, ...(accepted as Details<ErrorCode>));
  }
}

/** Checks that a value is an error of the catalogue and, if `code` is given, that it has this code. */
export function isCardwrightError<C extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: C,
): error is CardwrightError<C> {
  return error instanceof CardwrightError && (code === undefined || error.code === code);
}

/** Turns anything thrown into an error of the catalogue. An unknown error is a defect, and gets an incident id. */
export function asCardwrightError(
  error: unknown,
  onDefect: (incident: string, error: unknown) => void,
): CardwrightError {
  if (isCardwrightError(error)) return error;
  const incident = globalThis.crypto.randomUUID();
  onDefect(incident, error);
  return new CardwrightError('INTERNAL', { incident });
}
