import { commands, type Method } from './commands.js';
import type { ErrorCode } from './errors.js';

/** Errors with which every command can end: a defect, the caller's cancellation, and the time limit. */
export const OF_EVERY_COMMAND: readonly ErrorCode[] = ['INTERNAL', 'CANCELLED', 'TIMEOUT'];

/**
 * True if a command can end with an error: the command table lists it for this command, or every command can end with it (`OF_EVERY_COMMAND`).
 *
 * @example
 * canEndWith('key.generate', 'CA_REFUSED'); // false: an error of the CMS
 */
export function canEndWith(method: Method, code: ErrorCode): boolean {
  const declared: readonly ErrorCode[] = commands[method].errors;
  return OF_EVERY_COMMAND.includes(code) || declared.includes(code);
}
