import { words } from '@cardwright/words/en/errors';
import { describeError, errorCatalogue, isErrorCode, type ErrorCode, type ErrorTexts } from '../../errors.js';
import { fence, type Chapter } from '../markdown.js';

const english: ErrorTexts = words;

const RECOVERIES = [
  'Recovery says what leads on, so that a screen need not know the codes:',
  '',
  '| recovery | what a screen offers |',
  '| --- | --- |',
  '| `try-again` | the same again |',
  '| `another-device` | the choice of another device |',
  '| `reload` | a fresh page |',
  '| `log-in` | signing in, and back |',
  '| `update` | which part to update |',
  "| `ask-operator` | the error's details, to be copied for whoever has to act |",
  '| `none` | nothing |',
].join('\n');

/** The error catalogue. */
export const errors: Chapter = {
  title: 'Errors',
  blocks: [
    'The catalogue is append only: a name keeps its number and its meaning for ever. On the wire the name is in `data.name`, and what is printed as details in `data.details`.',
    RECOVERIES,
    ...Object.keys(errorCatalogue).filter(isErrorCode).map(describeCode),
  ],
};

function describeCode(code: ErrorCode): string {
  const { number, layer, message, retriable, recovery, resumable, data } = describeError(code);
  const { cause, user, administrator } = english[code];
  return [
    `### ${code}`,
    `${String(number)} · ${layer}${retriable ? ' · can be tried again' : ''}. ${message}`,
    `Cause: ${cause}\n\nUser: ${user}\n\nAdministrator: ${administrator}`,
    `Recovery: \`${recovery}\`${resumable ? '; the operation can continue in another session' : ''}.`,
    ...(data ? [fence('Details', data)] : []),
  ].join('\n\n');
}
