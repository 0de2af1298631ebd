import { inspector } from './extension/inspector.js';
import { pages } from './extension/pages.js';
import { windows } from './extension/windows.js';

/**
 * Words of the extension, as the browser's messages. `$1` stands for the first value that the browser fills in, so each word is a text and not a
 * function.
 */
export const words = { ...windows, ...pages, ...inspector };
