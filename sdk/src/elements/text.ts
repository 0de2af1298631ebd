import {
  isErrorCode,
  describeError,
  type CardwrightError,
  type ErrorCode,
  type OperationPhase,
} from '@cardwright/protocol';
import { english } from './text/english.js';
import { german } from './text/german.js';

/** What happened, and what the user does about it. */
export type ErrorText = readonly [what: string, remedy: string];

/** Everything that the elements say. A further language is one more object of this type, named in `LANGUAGES`. */
export interface Text {
  readonly title: string;
  readonly steps: { readonly check: string; readonly device: string; readonly issue: string; readonly pin: string };
  /** For narrow screens: "Step 2 of 4". */
  readonly stepOf: (step: number, of: number) => string;
  readonly done: string;
  readonly cancel: string;
  readonly close: string;
  readonly next: string;
  readonly refresh: string;
  readonly retry: string;
  readonly goOn: string;
  readonly startAgain: string;
  readonly copyDetails: string;
  readonly copied: string;

  readonly checking: string;
  readonly checkingHint: string;
  readonly extension: string;
  readonly site: string;
  readonly host: string;
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
  readonly connectTitle: string;
  readonly connectHint: string;
  readonly noReader: string;
  readonly notUsable: string;
  readonly chooseTitle: string;
  readonly chooseHint: string;
  readonly serial: (serial: string) => string;
  readonly reader: (reader: string) => string;
  readonly notSupported: string;
  readonly mustBeErased: string;

  readonly issuing: string;
  readonly issuingHint: string;
  readonly phases: Readonly<Record<OperationPhase, string>>;
  readonly waitingForHolder: string;
  readonly percent: (percent: number) => string;

  readonly pinTitle: string;
  readonly pinHint: string;
  readonly pinPreparing: string;
  readonly activating: string;
  readonly activatingHint: string;

  readonly pendingTitle: string;
  readonly pendingHint: string;
  readonly pendingRetry: string;

  readonly error: (number: number, code: string) => string;
  readonly whatToDo: string;
  readonly reason: string;
  readonly update: Readonly<Record<'sdk' | 'extension' | 'host', string>>;
  readonly consent: Readonly<Record<'denied' | 'blocked', ErrorText>>;
  /** Where a language has none, the catalogue of the protocol speaks for itself. */
  readonly errors: Partial<Readonly<Record<ErrorCode, ErrorText>>>;
}

const LANGUAGES: Readonly<Record<string, Text>> = { en: english, de: german };

/** The texts in the page's language, else in the browser's, else in English. */
export function chooseText(): Text {
  const wished = [document.documentElement.lang, ...navigator.languages];
  for (const tag of wished) {
    const text = LANGUAGES[primary(tag)];
    if (text) return text;
  }
  return english;
}

/** Language of the chosen texts, for the `lang` of what shows them. */
export const languageOf = (text: Text): string =>
  Object.entries(LANGUAGES).find(([, candidate]) => candidate === text)?.[0] ?? 'en';

/** First subtag of a language tag (RFC 5646, 2.2.1). */
const primary = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';

/** What an error means and what to do, in the user's words. */
export function describe(text: Text, error: CardwrightError): ErrorText {
  const { code } = error;
  const { message, user } = describeError(code);
  const [what, remedy] = text.errors[code] ?? [message, user];
  const data: Readonly<Record<string, unknown>> = error.data;
  if (code === 'SITE_NOT_GRANTED' && (data.consent === 'denied' || data.consent === 'blocked'))
    return text.consent[data.consent];
  if (code === 'VERSION_MISMATCH' && isPart(data.update)) return [what, text.update[data.update]];
  return [what, remedy];
}

/** The reason that a CMS gives in its own words, where the error has one. */
export function reasonOf({ code, data }: CardwrightError): string | null {
  const details: Readonly<Record<string, unknown>> = data;
  const reason = details.reason;
  return typeof reason === 'string' && !isErrorCode(reason) && code !== 'STEP_REFUSED' ? reason : null;
}

const isPart = (value: unknown): value is 'sdk' | 'extension' | 'host' =>
  value === 'sdk' || value === 'extension' || value === 'host';
