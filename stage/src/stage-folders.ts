import { inRepository } from './repository.js';

/** The extension built for Chromium. */
export const EXTENSION_DIR = inRepository('extension', 'dist', 'chromium');
