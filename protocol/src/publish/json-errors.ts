import { CMS_ERROR_STATUS, OTHER_ERROR_STATUS } from '../cms-status.js';
import { describeError, errorCatalogue, isErrorCode } from '../errors.js';
import { STEP_ERRORS, usualConsequence } from './step-outcomes.js';

/** Returns the error catalogue as JSON, for an implementation in any language. The chapter of the errors explains the members. */
export function writeJsonErrors(): string {
  const catalogue = Object.keys(errorCatalogue)
    .filter(isErrorCode)
    .map((code) => {
      const { number, message, retriable, recovery } = describeError(code);
      const status = CMS_ERROR_STATUS[code] ?? OTHER_ERROR_STATUS;
      const inStep = STEP_ERRORS.includes(code) ? usualConsequence(code) : null;
      return [code, { number, message, retriable, recovery, status, inStep }];
    });
  return `${JSON.stringify(Object.fromEntries(catalogue), null, 2)}\n`;
}
