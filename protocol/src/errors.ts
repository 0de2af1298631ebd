import type { ErrorText, ErrorWords } from '@cardwright/words';
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
import type { ErrorDefinition, Installable, Recovery, WayOn } from './errors/definition.js';
import { readHelpDesk, type HelpDesk } from './help-desk.js';
import { wireError, type WireError } from './wire-error.js';

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

/** Typed details of an error; an empty object if the catalogue defines no details for the code. */
export type ErrorData<C extends ErrorCode> = ErrorCatalogue[C] extends { data: infer S extends v.GenericSchema }
  ? v.InferOutput<S> & object
  : Record<string, never>;

/** Arguments of the constructor of `CardwrightError` after the code. The details are required if the catalogue defines a schema for them. */
type Details<C extends ErrorCode> = ErrorCatalogue[C] extends { data: v.GenericSchema }
  ? [data: ErrorData<C>, options?: CardwrightErrorOptions]
  : [data?: Record<string, never>, options?: CardwrightErrorOptions];

/** Options of an error besides its details. */
export interface CardwrightErrorOptions extends ErrorOptions {
  readonly helpDesk?: HelpDesk;
}

/** The catalogue's text for a user or administrator who has nothing to do about an error. */
export const NOTHING_TO_DO = 'Nothing to do.';

/**
 * True if a name is a code of the catalogue, and not just a name of Object's prototype such as `toString`.
 *
 * @example
 * isErrorCode('NO_READER'); // true
 */
export const isErrorCode = (name: string): name is ErrorCode => Object.hasOwn(errorCatalogue, name);

/**
 * Returns the catalogue's definition of a code. `wordsOfCode` returns the words, which only a screen needs.
 *
 * @example
 * const { recovery, retriable } = describeError('NO_READER');
 */
export const describeError = (code: ErrorCode): ErrorDefinition => errorCatalogue[code];

/** The words of all codes in one language. They are in `@cardwright/words`, so that only programs with screens load them. */
export type ErrorTexts = Readonly<Record<ErrorCode, ErrorText>>;

const NO_TEXT: ErrorText = { cause: '', user: '' };

/**
 * Returns an error's words in a language. Where `texts` has words for the value of a detail of this error, these words replace the words of the
 * code.
 *
 * @example
 * import { words } from '@cardwright/words/on-demand/errors';
 * const { message, user } = wordsOf(new CardwrightError('NO_READER'), await words.load('de'));
 */
export function wordsOf(error: CardwrightError, texts: Partial<ErrorTexts>): ErrorWords {
  return { ...wordsOfCode(error.code, texts), ...variantFor(error, texts[error.code]?.variants) };
}

/**
 * Returns a code's words in a language, for a caller that has no error with details. A code that has no message in `texts` gets its English message.
 * A code that is missing in `texts` gets empty texts for the other words.
 *
 * @example
 * wordsOfCode('NO_READER', {}).message; // the English one
 */
export function wordsOfCode(code: ErrorCode, texts: Partial<ErrorTexts>): ErrorWords {
  const { message = describeError(code).message, cause, user } = texts[code] ?? NO_TEXT;
  return { message, cause, user };
}

function wayOnFrom(error: CardwrightError): WayOn {
  const { recovery, install, variants } = describeError(error.code);
  return { recovery, ...(install && { install }), ...variantFor(error, variants?.wayOn) };
}

/**
 * Returns the entry of `values` for the detail on which an error's words or recovery depend; undefined if they depend on no detail, or if
 * `values` has no entry for the detail's value.
 */
function variantFor<T>({ code, data }: CardwrightError, values: Readonly<Record<string, T>> = {}): T | undefined {
  const { variants } = describeError(code);
  if (!variants) return undefined;
  const details: Readonly<Record<string, unknown>> = data;
  const value = details[variants.detail];
  return typeof value === 'string' && Object.hasOwn(values, value) ? values[value] : undefined;
}

/**
 * An error of the catalogue. Use `switch (error.code)` to tell errors apart; `error.data` has the details.
 *
 * @example
 * throw new CardwrightError('PIN_INCORRECT', { retriesLeft: 2 });
 */
export class CardwrightError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'CardwrightError';
  readonly data: Readonly<ErrorData<C>>;
  /** Contacts and downloads that the administrator of this computer has set; empty without such a policy. */
  readonly helpDesk: HelpDesk;

  constructor(
    readonly code: C,
    ...details: Details<C>
  ) {
    // The compiler cannot resolve the conditional type `Details` inside the generic class, so its type is asserted.
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

  /** The part that the user has to install first; undefined if nothing has to be installed. */
  get install(): Installable | undefined {
    return wayOnFrom(this).install;
  }

  /** True if the operation that the error interrupted can continue in another session. */
  get resumable(): boolean {
    return describeError(this.code).resumable === true;
  }

  /**
   * Converts the error to its wire form, without stack, cause and help desk. The extension, which reads the administrator's policy, adds
   * the help desk.
   */
  toWire(): WireError {
    return {
      code: this.number,
      message: this.message,
      data: { name: this.code, details: Object.fromEntries(Object.entries(this.data)) },
    };
  }

  /**
   * Reads an error from the wire. A value that is no `WireError` becomes the error `INTERNAL`. An error with an unknown code, or with details that
   * the catalogue does not allow, also becomes `INTERNAL`, with the code in `incident`.
   */
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
    // The schema of this code has accepted the details, so they have the type that the constructor needs.
    const accepted: [unknown, CardwrightErrorOptions] = [schema ? details : {}, options];
    return new CardwrightError(name, ...(accepted as Details<ErrorCode>));
  }
}

/**
 * True if a value is an error of the catalogue and, if `code` is given, has this code. The value must be a `CardwrightError` of this copy of
 * the package.
 *
 * @example
 * if (isCardwrightError(error, 'PIN_INCORRECT')) console.log(error.data.retriesLeft);
 */
export function isCardwrightError<C extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: C,
): error is CardwrightError<C> {
  return error instanceof CardwrightError && (code === undefined || error.code === code);
}

/**
 * Converts anything thrown to an error of the catalogue. A value that is no error of the catalogue is a defect: it becomes `INTERNAL` with
 * a new incident id, and `onDefect` gets the id and the value.
 *
 * @example
 * const wire = asCardwrightError(error, (incident, defect) => console.error(incident, defect)).toWire();
 */
export function asCardwrightError(
  error: unknown,
  onDefect: (incident: string, error: unknown) => void,
): CardwrightError {
  if (isCardwrightError(error)) return error;
  const incident = globalThis.crypto.randomUUID();
  onDefect(incident, error);
  return new CardwrightError('INTERNAL', { incident });
}
