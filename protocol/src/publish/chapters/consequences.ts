import { OF_EVERY_COMMAND } from '../../command-errors.js';
import type { ErrorCode } from '../../errors.js';
import { bullets, errorLink, linkTo, table } from '../markdown.js';
import { STEP_ERRORS, UNUSUAL_CONSEQUENCES, usualConsequence } from '../step-outcomes.js';

const withConsequence = (consequence: ReturnType<typeof usualConsequence>): string =>
  STEP_ERRORS.filter((code) => usualConsequence(code) === consequence)
    .map((code: ErrorCode) => errorLink(code))
    .join(', ');

/** Section about the consequences that an error in the outcomes of a step has for the operation. */
export const consequences: readonly string[] = [
  'The last outcome of a step may be an error. The catalogue decides what becomes of the operation:',
  table(
    ['consequence', 'the answer', 'codes'],
    [
      [
        '*interrupt*',
        '`running`, `step: null`, and the error. The operation stays as it is, and the user starts it again.',
        withConsequence('interrupt'),
      ],
      ['*fail*', '`failed`, and the error. The operation has ended.', withConsequence('fail')],
    ],
  ),
  `The codes under *interrupt* are those that the ${linkTo('Errors', 'catalogue')} marks as resumable. A command can override that. In an issuance without passkeys these are the exceptions:`,
  table(
    ['code', 'in', 'consequence', 'when, and what follows'],
    UNUSUAL_CONSEQUENCES.map(({ code, method, consequence, rule }) => [
      errorLink(code),
      linkTo(method, `\`${method}\``),
      `*${consequence}*`,
      rule,
    ]),
  ),
  bullets(
    `An error that the command does not list, and that is not one of every command (${OF_EVERY_COMMAND.map(errorLink).join(', ')}), counts as ${errorLink('INTERNAL')}. So does a code that is not in the catalogue.`,
    '*Continue* is another step; *cancel* ends the operation as `cancelled`, with the error.',
    `An operation whose results never come is interrupted too. The page sends none where the host ended, and none where the host refused the whole step (${errorLink('STEP_REFUSED')}).`,
    `If the CMS itself waits for something, that is an error of the request, not of the step: ${errorLink('CA_UNAVAILABLE')} and ${errorLink('PASSKEY_SERVICE_UNAVAILABLE')} leave the operation as it was, and the page sends the same results again.`,
    `A proof that does not hold, a certificate that the authority refuses and a read-back that differs *fail* the operation: ${(['ATTESTATION_CONTRADICTS', 'CA_REFUSED', 'READ_BACK_MISMATCH'] as const).map((code) => errorLink(code)).join(', ')}.`,
    `So do a \`cardResponse\` that is wrong (${errorLink('MANAGEMENT_KEY_REFUSED')} with \`next: null\`), an escrow that cannot be opened (${errorLink('SECRET_REFUSED')}) and one whose digest differs (${errorLink('ESCROW_MISMATCH')}).`,
  ),
];
