/**
 * Shapes for showing a trace. This module is an entry of its own, so that a program can show traces without loading the command table and the error
 * catalogue.
 */
export { commandOutcome } from './commands/step.js';
export { progressParams } from './message.js';
export * from './trace.js';
export { wireError, type WireError } from './wire-error.js';
