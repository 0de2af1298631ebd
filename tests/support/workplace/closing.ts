import type { Page } from 'puppeteer-core';

/** Resolves when a window closes; called before what closes it. */
export const closing = (window: Page): Promise<unknown> => new Promise((resolve) => window.once('close', resolve));
