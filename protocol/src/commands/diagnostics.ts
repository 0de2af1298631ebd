import * as v from 'valibot';
import { defineCommand, nothing } from '../command.js';
import { text } from '../schema.js';

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
      checks: v.array(
        v.strictObject({ id: text(40), passed: v.boolean(), code: v.nullable(text(60)), detail: text(400) }),
      ),
    }),
    errors: [],
    timeout: 15_000,
  }),
};
