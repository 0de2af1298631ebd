import { describeError, errorCatalogue, isErrorCode, type ErrorCode } from '../../errors.js';
import { fence, type Chapter } from '../markdown.js';

/** The error catalogue. */
export const errors: Chapter = {
  title: 'Errors',
  blocks: [
    'The catalogue is append only: a name keeps its number and its meaning for ever. On the wire the name is in `data.name`, and what is printed as details in `data.details`.',
    ...Object.keys(errorCatalogue).filter(isErrorCode).map(describeCode),
  ],
};

function describeCode(code: ErrorCode): string {
  const { number, layer, message, cause, user, administrator, retriable, data } = describeError(code);
  return [
    `### ${code}`,
    `${String(number)} · ${layer}${retriable ? ' · can be tried again' : ''}. ${message}`,
    `Cause: ${cause}\n\nUser: ${user}\n\nAdministrator: ${administrator}`,
    ...(data ? [fence('Details', data)] : []),
  ].join('\n\n');
}
