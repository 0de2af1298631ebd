import { CardwrightError } from '@cardwright/protocol';
import type { WireError } from '@cardwright/protocol/messages';
import { words as all } from '@cardwright/words/at-once/cms';
import { sayIn, type Words } from './language.js';

/** Code of a reason without parameters. An error of the CMS can carry this code as the reason in its details. */
export type ReasonCode = keyof typeof all.english.reasons;

/** A reason before it is put into words. An operation may bring its own words for a reason that only this operation has. */
export type Reason =
  | { readonly code: ReasonCode }
  | { readonly code: keyof typeof all.english.counted; readonly count: number }
  | { readonly words: Words };

/**
 * Returns a reason as a sentence for the user.
 *
 * @example
 * console.log(sentenceOf({ code: 'not-issued' }, 'de'));
 */
export function sentenceOf(reason: Reason, language: string): string {
  if ('words' in reason) return sayIn(language, reason.words);
  const { reasons, counted } = all.in(language);
  return 'count' in reason ? counted[reason.code](reason.count) : reasons[reason.code];
}

/**
 * Error with which an operation fails for a reason that only this operation has, in the operation's own words: `OPERATION_FAILED` on the wire.
 *
 * @example
 * throw new OperationFailure({ en: 'The device did not keep its stamp.' });
 */
export class OperationFailure extends CardwrightError<'OPERATION_FAILED'> {
  constructor(readonly words: Words) {
    super('OPERATION_FAILED', { reason: words.en });
  }
}

/**
 * Converts an error for the wire. A reason code or the words of an `OperationFailure` become a sentence in this language; any other reason, such
 * as an authority's own words, stays as it is.
 *
 * @example
 * const body = { error: wireErrorIn('de', new CardwrightError('FORBIDDEN')) };
 */
export function wireErrorIn(language: string, error: CardwrightError): WireError {
  const wire = error.toWire();
  const { details } = wire.data;
  if (error.code === 'CA_REFUSED' || !details) return wire;
  const sentence =
    error instanceof OperationFailure
      ? sayIn(language, error.words)
      : isReasonCode(details.reason)
        ? all.in(language).reasons[details.reason]
        : undefined;
  if (sentence === undefined) return wire;
  return { ...wire, data: { ...wire.data, details: { ...details, reason: sentence } } };
}

/**
 * Returns the reason of an error for the audit log: a code, or an operation's own words in English; null for any other text, because an
 * authority may have written it.
 */
export function loggedReason(error: CardwrightError): string | null {
  if (error instanceof OperationFailure) return error.words.en;
  const { details } = error.toWire().data;
  return isReasonCode(details?.reason) ? details.reason : null;
}

const isReasonCode = (value: unknown): value is ReasonCode =>
  typeof value === 'string' && Object.hasOwn(all.english.reasons, value);
