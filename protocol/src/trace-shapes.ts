/** Shapes for showing a trace. This module is an entry of its own, because it imports neither the command table nor the error catalogue. */
export { commandOutcome } from './commands/step.js';
export { progressParams } from './message.js';
export * from './trace.js';
export { wireError, type WireError } from './wire-error.js';
