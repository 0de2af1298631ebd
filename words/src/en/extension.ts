import { inspector } from './extension/inspector.js';
import { pages } from './extension/pages.js';
import { windows } from './extension/windows.js';

/** The words of the extension. `$1` stands for the first value: the browser fills values in, so there are no functions. */
export const words = { ...windows, ...pages, ...inspector };
