import type * as v from 'valibot';
import { certificate } from './commands/certificate.js';
import { device } from './commands/device.js';
import { diagnostics } from './commands/diagnostics.js';
import { fido } from './commands/fido.js';
import { pin } from './commands/pin.js';
import { session } from './commands/session.js';
import { step } from './commands/step.js';

/**
 * The part of the command table that a page may send by itself: all that an sdk has to carry. A command that comes in steps alone is in
 * `commands`. A test compares this with the `reach` of each.
 */
export const pageCommands = {
  ...session,
  ...step,
  ...diagnostics,
  ...device,
  ...certificate,
  ...pin,
  ...fido,
};
type PageCommands = typeof pageCommands;
export type PageMethod = keyof PageCommands;
export type PageParams<M extends PageMethod> = v.InferOutput<PageCommands[M]['params']>;
export type PageResult<M extends PageMethod> = v.InferOutput<PageCommands[M]['result']>;

/**
 * True if a page may send a command by itself. Names of Object's prototype are no commands.
 *
 * @example
 * isPageMethod('key.generate'); // false: it comes in steps alone
 */
export const isPageMethod = (name: string): name is PageMethod => Object.hasOwn(pageCommands, name);
