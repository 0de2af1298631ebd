import * as v from 'valibot';
import { defineCommand } from '../command.js';
import { wireError } from '../wire-error.js';
import { described, signed } from '../schema.js';
import { DEVICE_ERRORS } from './card-errors.js';

/** Outcome of one command of a step: its result, or the error that ended the step. */
export const commandOutcome = v.union([
  v.strictObject({ method: v.string(), result: v.record(v.string(), v.unknown()) }),
  v.strictObject({ method: v.string(), error: wireError }),
]);
export type CommandOutcome = v.InferOutput<typeof commandOutcome>;

export const step = {
  'step.run': defineCommand({
    summary: 'Runs the commands of a step that the CMS signed, in order, up to the first error.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['page'],
    concurrent: false,
    capability: 'step',
    params: v.strictObject({
      jws: described(signed(200_000), 'A [signed step](#signed-steps).'),
    }),
    result: v.strictObject({
      outcomes: described(
        v.array(commandOutcome),
        'One for each command that was run, in order. An error is the last: what follows it was not run.',
      ),
    }),
    errors: ['STEP_REFUSED', ...DEVICE_ERRORS],
    timeout: 180_000,
  }),
};
