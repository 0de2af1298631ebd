import * as v from 'valibot';
import { defineCommand, nothing } from '../command.js';
import { text } from '../schema.js';

/** One check of the way from the browser to the card. Its remedy is what the catalogue says of `code`. */
export const diagnosticCheck = v.strictObject({
  /** What is checked, such as `pcsc` or `reader`; several checks can have one id. */
  id: text(40),
  /** `skipped` where a failure before it leaves nothing to check. */
  outcome: v.picklist(['passed', 'failed', 'skipped']),
  /** Code of the catalogue of what failed, else null. */
  code: v.nullable(text(60)),
  detail: text(400),
});
export type DiagnosticCheck = v.InferOutput<typeof diagnosticCheck>;

export const diagnostics = {
  'diagnostics.run': defineCommand({
    summary: 'Checks every part from the extension to the card; each check passes, or fails with a code.',
    permission: 'read',
    handledBy: 'host',
    reach: ['page'],
    concurrent: true,
    capability: 'diagnostics',
    params: nothing,
    result: v.strictObject({
      checks: v.array(diagnosticCheck),
    }),
    errors: [],
    timeout: 15_000,
  }),
  'diagnostics.offerBundle': defineCommand({
    summary:
      "Offers the user to save a support file, in the extension's own window. The page learns nothing of the file, nor whether it was saved.",
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
};
