import * as v from 'valibot';
import { defineCommand } from '../command.js';
import { MAX_STEP_COMMANDS } from '../limits.js';
import { wireError } from '../wire-error.js';
import { described, signed, text } from '../schema.js';
import { DEVICE_ERRORS } from './card-errors.js';

/** Outcome of one command of a step: its result, or the error that ended the step. */
export const commandOutcome = v.union([
  v.strictObject({ method: text(64), result: v.record(v.string(), v.unknown()) }),
  v.strictObject({ method: text(64), error: wireError }),
]);
export type CommandOutcome = v.InferOutput<typeof commandOutcome>;

/** Outcomes of the commands of a step, in order. */
export const stepOutcomes = v.pipe(v.array(commandOutcome), v.maxLength(MAX_STEP_COMMANDS));

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
        stepOutcomes,
        'One for each command that was run, in order. An error is the last: what follows it was not run.',
      ),
    }),
    errors: ['STEP_REFUSED', ...DEVICE_ERRORS],
    timeout: 180_000,
  }),
};
