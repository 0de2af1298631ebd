import { inRepository } from './repository.js';

/** Folder of the extension that is built for Chromium. */
export const EXTENSION_DIR = inRepository('extension', 'dist', 'chromium');
