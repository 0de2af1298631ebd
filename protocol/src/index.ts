/**
 * Entry point for every program that speaks the protocol: the command table with its types, the error catalogue and its order on a help page,
 * validation, and base64url. Everything else is in an entry for its area, such as `@cardwright/protocol/devices`. The README lists the
 * entries.
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
