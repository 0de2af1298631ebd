import { traceEntry, tracedSession, wireError } from '@cardwright/protocol/trace-shapes';
import * as v from 'valibot';

/** Name of the port between an open inspector and the background. */
export const INSPECTOR_PORT = 'inspector';

/** State and settings of the recording. */
export const recording = v.strictObject({
  /** Set while messages are recorded: an inspector is open or `kept` is on, and no inspector has paused the recording. */
  active: v.boolean(),
  /** Set if recording continues without an open inspector, and after a restart of the browser. */
  kept: v.boolean(),
  /** Set if the hosts report their APDUs while messages are recorded. */
  apdus: v.boolean(),
});
export type Recording = v.InferOutput<typeof recording>;

/**
 * Messages from the background to the inspector: first the state and the whole record, then new entries in batches and each change of
 * the state.
 */
export const toInspector = v.variant('type', [
  v.strictObject({
    type: v.literal('state'),
    recording,
    sessions: v.array(tracedSession),
    dropped: v.number(),
  }),
  v.strictObject({ type: v.literal('entries'), entries: v.array(traceEntry) }),
  v.strictObject({ type: v.literal('cleared') }),
  /** The answer to `run`: a result, or an error of the catalogue. */
  v.strictObject({
    type: v.literal('ran'),
    run: v.number(),
    result: v.exactOptional(v.unknown()),
    error: v.exactOptional(wireError),
  }),
]);
export type ToInspector = v.InferOutput<typeof toInspector>;

/** Messages from the inspector to the background. */
export const fromInspector = v.variant('type', [
  v.strictObject({ type: v.literal('record'), recording: v.partial(recording) }),
  v.strictObject({ type: v.literal('clear') }),
  /** Runs a command of class `read` in a live page session, with the same checks as the page's own messages. */
  v.strictObject({
    type: v.literal('run'),
    run: v.number(),
    session: v.string(),
    method: v.string(),
    params: v.record(v.string(), v.unknown()),
  }),
]);
export type FromInspector = v.InferOutput<typeof fromInspector>;
