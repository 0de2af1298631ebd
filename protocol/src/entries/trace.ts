/** Traces of sessions, the redaction of messages, and the contents of a support bundle. */
export * from '../command-failure.js';
export * from '../redaction.js';
export * from '../support-bundle.js';
export * from '../trace.js';
export * from '../traced-errors.js';
