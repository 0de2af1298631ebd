import { commands, type Method } from './commands.js';

/**
 * True if a command may come in a step.
 *
 * @example
 * isStepMethod('key.generate'); // true
 */
export const isStepMethod = (name: Method): boolean => commands[name].reach.includes('step');
