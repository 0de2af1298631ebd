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
 * The error catalogue. Append only: a name keeps its number and its meaning for ever.
 * Numbers: 1xxx protocol and sdk, 2xxx extension, 3xxx host, 4xxx PC/SC and readers, 5xxx device,
 * 6xxx PIN and authentication, 7xxx keys and certificates, 8xxx FIDO, 9xxx CMS and mobile.
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

/** The typed details of an error; an empty object where the catalogue names none. */
export type ErrorData<C extends ErrorCode> = ErrorCatalogue[C] extends { data: infer S extends v.GenericSchema }
  ? v.InferOutput<S> & object
  : Record<string, never>;

/** Details are required exactly where the catalogue names some. */
type Details<C extends ErrorCode> = ErrorCatalogue[C] extends { data: v.GenericSchema }
  ? [data: ErrorData<C>, options?: CardwrightErrorOptions]
  : [data?: Record<string, never>, options?: CardwrightErrorOptions];

/** What an error can bring besides its details. */
export interface CardwrightErrorOptions extends ErrorOptions {
  readonly helpDesk?: HelpDesk;
}

/** What the catalogue says where its reader has nothing to do. */
export const NOTHING_TO_DO = 'Nothing to do.';

export const isErrorCode = (name: string): name is ErrorCode => Object.hasOwn(errorCatalogue, name);

/** What the catalogue says of a code. */
export const describeError = (code: ErrorCode): ErrorDefinition => errorCatalogue[code];

/** The catalogue in another language than English. */
export type ErrorTranslations = Readonly<Record<ErrorCode, ErrorTranslation>>;

/**
 * What an error says to people, with what its details change about it.
 *
 * @param translations without them, English
 */
export function wordsOf(error: CardwrightError, translations?: ErrorTranslations): ErrorWords {
  const { code } = error;
  const variant = variantOf(error);
  const words = wordsOfCode(code, translations);
  if (variant === undefined) return words;
  const english = describeError(code).variants?.values[variant];
  return { ...words, ...(translations ? translations[code].variants?.[variant] : english) };
}

/** What a code says to people where there is no error with details at hand. */
export function wordsOfCode(code: ErrorCode, translations?: ErrorTranslations): ErrorWords {
  const { message, cause, user, administrator } = translations?.[code] ?? describeError(code);
  return { message, cause, user, administrator };
}

function wayOnFrom(error: CardwrightError): WayOn {
  const { recovery, install, variants } = describeError(error.code);
  const variant = variantOf(error);
  return { recovery, ...(install && { install }), ...(variant === undefined ? {} : variants?.values[variant]) };
}

/** Value of the detail on which the words of an error depend, where its code has such a detail. */
function variantOf({ code, data }: CardwrightError): string | undefined {
  const { variants } = describeError(code);
  if (!variants) return undefined;
  const details: Readonly<Record<string, unknown>> = data;
  const value = details[variants.detail];
  return typeof value === 'string' && Object.hasOwn(variants.values, value) ? value : undefined;
}

/** An error on the wire: JSON-RPC's error object, whose `data.name` is the code. */
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
 * An error of the catalogue. `switch (error.code)` tells which; `error.data` has its details.
 *
 * @example
 * throw new CardwrightError('PIN_INCORRECT', { retriesLeft: 2 });
 */
export class CardwrightError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'CardwrightError';
  readonly data: Readonly<ErrorData<C>>;
  /** Whom the administrator of this computer has its user ask, and where they get what is missing; empty where nobody said. */
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

  /** What the user installs first, if anything. */
  get install(): Installable | undefined {
    return wayOnFrom(this).install;
  }

  /** Whether the operation in which it occurred can continue in another session. */
  get resumable(): boolean {
    return describeError(this.code).resumable === true;
  }

  /** For the wire: without stack, cause and help desk. Whoever speaks for the administrator adds that. */
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
    const { name, details = {}, helpDesk } = parsed.output.data;
    const options = { helpDesk: readHelpDesk(helpDesk) };
    if (!isErrorCode(name)) return new CardwrightError('INTERNAL', { incident: name }, options);
    const schema = describeError(name).data;
    if (schema && !v.is(schema, details)) {
      return new CardwrightError('INTERNAL', { incident: `${name}, unreadable` }, options);
    }
    // The schema of this very code has just accepted the details.
    const accepted: [unknown, CardwrightErrorOptions] = [schema ? details : {}, options];
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
