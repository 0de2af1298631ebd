/** What is recorded of a session, what is hidden in it, and what a support bundle holds. */
export * from '../command-failure.js';
export * from '../redaction.js';
export * from '../support-bundle.js';
export * from '../trace.js';
export * from '../traced-errors.js';
