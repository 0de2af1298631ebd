/**
 * Entry point for every program that speaks the protocol: the command table with its types, the errors, and bytes in base64url. Everything else is
 * in an entry for its area, such as `@cardwright/protocol/devices`; the README lists them.
 */
export { decodeBytes, encodeBytes } from './base64url.js';
export { canEndWith } from './command-errors.js';
export * from './commands.js';
export * from './errors.js';
export type { ErrorDefinition, Installable, Layer, Recovery } from './errors/definition.js';
export * from './page-commands.js';
export * from './step-methods.js';
export * from './troubleshooting.js';
export * from './validation.js';
export type { ErrorText, ErrorWords } from '@cardwright/words';
