/** The messages between page, extension and host: JSON-RPC messages, errors, and the version that both sides agree on. */
export { initializeAtHost } from '../commands/session-at-host.js';
export { hostInitialized, sessionEnded } from '../commands/session.js';
export { hostErrors } from '../errors/host.js';
export { readJson, RESERVED_NAMES } from '../json-text.js';
export * from '../message.js';
export * from '../session-id.js';
export * from '../version.js';
export * from '../wire-error.js';
