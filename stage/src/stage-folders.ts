import { inRepository } from './repository.js';

/** The extension as it was built for Chromium. */
export const EXTENSION_DIR = inRepository('extension', 'dist', 'chromium');
