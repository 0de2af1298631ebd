import { commands, type Method } from './commands.js';

/**
 * True if a command may come in a step that the CMS signed.
 *
 * @example
 * isStepMethod('key.generate'); // true
 */
export const isStepMethod = (name: Method): boolean => commands[name].reach.includes('step');
