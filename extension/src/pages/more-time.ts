import { WINDOW_EXTENSIONS, WINDOW_TIMEOUT } from '@cardwright/protocol';
import { browser } from '../browser.js';
import { t } from './text.js';
import { askInWindow } from './window-question.js';

/** How long before its end a window asks, in milliseconds; WCAG 2.2.1 wants twenty seconds at least. */
const NOTICE_MS = 120_000;

/**
 * Asks the user, two minutes before the window would close, whether more time is needed.
 *
 * @param onMore asks the background for the whole time again
 * @param signal aborts when the window does not wait for its user any more
 */
export async function offerMoreTime(onMore: () => void, signal: AbortSignal): Promise<void> {
  for (let left = WINDOW_EXTENSIONS; left > 0; left -= 1) {
    await new Promise((resolve) => setTimeout(resolve, WINDOW_TIMEOUT - NOTICE_MS));
    if (signal.aborted) return;
    void drawAttention();
    await askInWindow({ title: t('more_time_title'), text: t('more_time_text'), stay: t('more_time_take') });
    onMore();
  }
}

/** The window may be behind others. */
async function drawAttention(): Promise<void> {
  const { id } = await browser.windows.getCurrent();
  if (id !== undefined) await browser.windows.update(id, { drawAttention: true });
}
