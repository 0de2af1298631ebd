import { WINDOW_EXTENSIONS, WINDOW_TIMEOUT } from '@cardwright/protocol/limits';
import { browser } from '../browser.js';
import { t } from './text.js';
import { askInWindow } from './window-question.js';

/** Milliseconds between the question and the time at which the window would close. WCAG 2.2.1 demands at least twenty seconds. */
const NOTICE_MS = 120_000;

/**
 * Asks the user, two minutes before the window would close, whether more time is needed; at most `WINDOW_EXTENSIONS` times.
 *
 * @param onMore asks the background to restart the time limit for the user's answer
 * @param signal is aborted when the window no longer waits for the user
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

/** Lets the system draw the user's attention to the window, which may be behind others. */
async function drawAttention(): Promise<void> {
  const { id } = await browser.windows.getCurrent();
  if (id !== undefined) await browser.windows.update(id, { drawAttention: true });
}
