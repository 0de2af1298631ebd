import type { Page } from 'puppeteer-core';
import type { ExtensionStage } from './extension-stage.js';

/** Returns whether a rule about a new PIN is met, as the window for secrets shows it: `open`, `met` or `broken`. */
export const stateOf = (window: Page, rule: string): Promise<string | undefined> =>
  window.$eval(`[data-rule=${rule}]`, (item) => (item instanceof HTMLElement ? item.dataset.state : undefined));

/** True if the window for secrets accepts what was typed. */
export const nextIsEnabled = (window: Page): Promise<boolean> =>
  window.$eval('#next:not(:disabled)', () => true).catch(() => false);

/** Lists what the played host has received from windows for secrets, in order. */
export const enteredIn = (stage: ExtensionStage) =>
  stage.hostNotes().flatMap((note) => (note.entered ? [note.entered] : []));
