import { words as administrators } from '@cardwright/words/en/administrators';
import { words } from '@cardwright/words/en/errors';
import { describeError, errorCatalogue, isErrorCode, type ErrorCode, type ErrorTexts } from '../../errors.js';
import type { Recovery } from '../../errors/definition.js';
import { fence, linkTo, table, type Chapter } from '../markdown.js';

const english: ErrorTexts = words;
const actions: Readonly<Record<ErrorCode, string>> = administrators;

/** Actions that a screen offers after an error, by the error's recovery. */
const RECOVERIES: Readonly<Record<Recovery, string>> = {
  'try-again': 'the same again',
  'continue-here': 'taking the operation back from the tab that has it now',
  'another-device': 'the choice of another device',
  reload: 'a fresh page',
  'log-in': 'signing in, and back',
  update: 'which part to update',
  'ask-operator': "the error's details, to be copied for whoever has to act",
  none: 'nothing',
};

/** Chapter with the error catalogue. */
export const errors: Chapter = {
  title: 'Errors',
  blocks: [
    'The catalogue is append only: a name keeps its number and its meaning for ever. On the wire the name is in `data.name`, and what is printed as details in `data.details`.',
    '[protocol.errors.json](protocol.errors.json) has it for programs: `number` and `message` of the wire, `status` with which a CMS answers it, and `inStep`, what it usually means for an operation as the error of a step (null where no step can end with it).',
    'Recovery says what leads on, so that a screen need not know the codes:',
    table(
      ['recovery', 'what a screen offers'],
      Object.entries(RECOVERIES).map(([recovery, offer]) => [`\`${recovery}\``, offer]),
    ),
    `Which errors of a step interrupt an operation, and which end it, is in ${linkTo('Interrupt, fail or continue')}.`,
    ...Object.keys(errorCatalogue).filter(isErrorCode).map(describeCode),
  ],
};

function describeCode(code: ErrorCode): string {
  const { number, layer, message, retriable, recovery, resumable, data } = describeError(code);
  const { cause, user } = english[code];
  return [
    `### ${code}`,
    `${String(number)} · ${layer}${retriable ? ' · can be tried again' : ''}. ${message}`,
    `Cause: ${cause}\n\nUser: ${user}\n\nAdministrator: ${actions[code]}`,
    `Recovery: \`${recovery}\`${resumable ? '; the operation can continue in another session' : ''}.`,
    ...(data ? [fence('Details', data)] : []),
  ].join('\n\n');
}
