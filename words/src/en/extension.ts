import { inspector } from './extension/inspector.js';
import { pages } from './extension/pages.js';
import { windows } from './extension/windows.js';

/**
 * Words of the extension, as the browser's messages. `$1` stands for the first value. All of them are texts, not functions, because the browser
 * fills values in.
 */
export const words = { ...windows, ...pages, ...inspector };
