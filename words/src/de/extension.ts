import type { words as english } from '../en/extension.js';
import type { Partly } from '../partly.js';
import { inspector } from './extension/inspector.js';
import { pages } from './extension/pages.js';
import { windows } from './extension/windows.js';

export const words: Partly<typeof english> = { ...windows, ...pages, ...inspector };
