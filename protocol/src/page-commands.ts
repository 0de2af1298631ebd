import type * as v from 'valibot';
import { certificate } from './commands/certificate.js';
import { device } from './commands/device.js';
import { diagnostics } from './commands/diagnostics.js';
import { fido } from './commands/fido.js';
import { pin } from './commands/pin.js';
import { session } from './commands/session.js';
import { step } from './commands/step.js';

/**
 * The commands that a page may send by itself. The sdk bundles only these commands; `commands` also has the commands that come only in steps. A
 * test compares this list with the `reach` of each command.
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
 * True if a page may send the command with this name by itself. False for every other name, also for names of Object's prototype such as `toString`.
 *
 * @example
 * isPageMethod('key.generate'); // false: it comes in steps alone
 */
export const isPageMethod = (name: string): name is PageMethod => Object.hasOwn(pageCommands, name);
