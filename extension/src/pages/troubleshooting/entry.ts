import { describeError, wordsOfCode, type ErrorCode } from '@cardwright/protocol';
import { element } from '../element.js';
import type { PackagedTexts } from '../error-text.js';
import { words } from './words.js';

/**
 * Creates the entry of one error. The message is always visible, the rest only while the entry is open. The element's id is the
 * error's code.
 */
export function entry(code: ErrorCode, texts: PackagedTexts): HTMLDetailsElement {
  const { number } = describeError(code);
  const { message, cause, user } = wordsOfCode(code, texts);
  const others = Object.values(texts[code]?.variants ?? {}).map((variant) =>
    element('dd', {}, element('strong', {}, variant.message ?? message), ` ${variant.user ?? user}`),
  );
  return element(
    'details',
    { id: code, class: 'entry-of-error' },
    element(
      'summary',
      {},
      element('span', {}, message, element('span', { class: 'quiet' }, `${words.error} ${String(number)} · ${code}`)),
    ),
    element(
      'dl',
      {},
      ...[element('dt', {}, words.user), element('dd', {}, user), ...others],
      ...[element('dt', {}, words.cause), element('dd', {}, ...withCode(cause))],
      ...[element('dt', {}, words.administrator), element('dd', {}, ...withCode(texts[code]?.administrator ?? ''))],
    ),
  );
}

/** Returns a text in which the names of commands, which the catalogue puts between backticks, are marked as code. */
const withCode = (text: string): (HTMLElement | string)[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part));
