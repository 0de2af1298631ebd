import { inspector } from './extension/inspector.js';
import { pages } from './extension/pages.js';
import { windows } from './extension/windows.js';

/** The words of the extension. `$1` stands for the first value. None is a function, because the browser fills values in. */
export const words = { ...windows, ...pages, ...inspector };
