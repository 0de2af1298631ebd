import { traceEntry, tracedSession, wireError } from '@cardwright/protocol';
import * as v from 'valibot';

/** What inspector and background say to each other, over the port `inspector` that an open inspector holds. */
export const INSPECTOR_PORT = 'inspector';

/** How the trace is recorded. */
export const recording = v.strictObject({
  /** Whether messages are recorded now: an inspector is open or `kept` is on, and no inspector has paused it. */
  active: v.boolean(),
  /** Whether it continues without an open inspector; kept over restarts of the browser. */
  kept: v.boolean(),
  /** Whether the host tells its APDUs. */
  apdus: v.boolean(),
});
export type Recording = v.InferOutput<typeof recording>;

/** From the background: the whole at first, then what is new, in batches. */
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

/** From the inspector. */
export const fromInspector = v.variant('type', [
  v.strictObject({ type: v.literal('record'), recording: v.partial(recording) }),
  v.strictObject({ type: v.literal('clear') }),
  /** Runs a command of class `read` in a live page session, through the same checks as the page's own messages. */
  v.strictObject({
    type: v.literal('run'),
    run: v.number(),
    session: v.string(),
    method: v.string(),
    params: v.record(v.string(), v.unknown()),
  }),
]);
export type FromInspector = v.InferOutput<typeof fromInspector>;
