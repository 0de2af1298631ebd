import * as v from 'valibot';
import { defineCommand, nothing } from '../command.js';
import { text } from '../schema.js';

/** Result of one check of the parts between the browser and the card. What to do about a failure is in the catalogue's words for `code`. */
export const diagnosticCheck = v.strictObject({
  /** Subject of the check, for example `pcsc` or `reader`. Several checks can have the same id. */
  id: text(40),
  /** `skipped` if there is nothing to check, for example after an earlier failure, or if the check is not possible now. */
  outcome: v.picklist(['passed', 'failed', 'skipped']),
  /** Error code of a failed check; null if the catalogue has no code for the failure, or if the check did not fail. */
  code: v.nullable(text(60)),
  detail: text(400),
});
export type DiagnosticCheck = v.InferOutput<typeof diagnosticCheck>;

export const diagnostics = {
  'diagnostics.run': defineCommand({
    summary: 'Checks every part from the extension to the card; each passes, or fails with a code.',
    permission: 'read',
    handledBy: 'host',
    reach: ['page'],
    concurrent: true,
    capability: 'diagnostics',
    params: nothing,
    result: v.strictObject({
      checks: v.array(diagnosticCheck),
    }),
    errors: ['HOST_DAMAGED'],
    timeout: 15_000,
  }),
  'diagnostics.offerBundle': defineCommand({
    summary: 'Offers the user to save a support file, in a window of the extension. The page learns nothing of it.',
    permission: 'none',
    handledBy: 'extension',
    reach: ['page'],
    concurrent: true,
    capability: 'support',
    params: nothing,
    result: nothing,
    errors: ['WINDOW_NOT_ALLOWED', 'RATE_LIMITED', 'SITE_NOT_GRANTED', 'INSECURE_CONTEXT'],
    timeout: 5_000,
  }),
  'diagnostics.showTrace': defineCommand({
    summary: 'Opens the inspector for this site. The page learns nothing of it.',
    permission: 'none',
    handledBy: 'extension',
    reach: ['page'],
    concurrent: true,
    capability: 'inspector',
    params: nothing,
    result: nothing,
    errors: ['WINDOW_NOT_ALLOWED', 'RATE_LIMITED', 'SITE_NOT_GRANTED', 'INSECURE_CONTEXT'],
    timeout: 5_000,
  }),
};
