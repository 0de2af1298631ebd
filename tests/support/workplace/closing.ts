import type { Page } from 'puppeteer-core';

/** Resolves when a window closes; call it before the action that closes the window. */
export const closing = (window: Page): Promise<unknown> => new Promise((resolve) => window.once('close', resolve));
