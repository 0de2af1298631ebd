import * as v from 'valibot';
import { browser } from '../browser.js';
import { WINDOW_PORT_PREFIX, toWindow, type OwnWindow, type WindowAnswer } from '../own-window.js';
import { windowContents, type WindowContent } from '../own-window-content.js';
import { offerMoreTime } from './more-time.js';
import { localize } from './text.js';
import { isAsking } from './window-question.js';

/** Milliseconds between two `alive` messages. Chromium stops a background that receives nothing for 30 s. */
const ALIVE_EVERY_MS = 20_000;

/** Functions with which a window of the extension answers the background, closes, and prepares for its end. */
export interface OwnWindowPage<W extends OwnWindow> {
  /** Sends the answer. The background closes the window when it has finished the work for the answer. */
  answer(answer: WindowAnswer<W>): void;
  /**
   * Sends the answer. The window stays open until the background has another question or closes the window. Meanwhile the user can close
   * the window without being asked.
   */
  answerAndWait(answer: WindowAnswer<W>): void;
  /** Closes the window, which counts as cancelling. Asks the user first if `askBeforeLeaving` was called. */
  leave(): void;
  /**
   * Registers a question that is asked before Cancel or Escape closes the window. The question resolves with true if the window may
   * close.
   */
  askBeforeLeaving(question: () => Promise<boolean>): void;
}

/**
 * Runs a window: localises it, waits for its content, lets `draw` show the content, and makes the window visible. Escape closes the
 * window. After an answer, the background may send another question, which is drawn in the same window. Inside a frame the window
 * stays empty, so that no other page can cover it.
 */
export function runOwnWindow<W extends OwnWindow>(
  name: W,
  draw: (content: WindowContent<W>, page: OwnWindowPage<W>) => void,
): void {
  if (window.top !== window) return;
  localize(document);
  const port = browser.runtime.connect({ name: WINDOW_PORT_PREFIX + location.hash.slice(1) });
  const always = (): Promise<boolean> => Promise.resolve(true);
  let mayLeave = always;
  const leave = (): void =>
    void mayLeave().then((isMeant) => {
      if (isMeant) window.close();
    });
  port.onDisconnect.addListener(() => window.close());
  let asked = new AbortController();
  const rest = (): void => {
    asked.abort();
    mayLeave = always;
  };
  port.onMessage.addListener((value) => {
    const { show } = v.parse(toWindow, value);
    const content: WindowContent<W> = v.parse(windowContents[name], show);
    rest();
    asked = new AbortController();
    void offerMoreTime(() => port.postMessage({ more: true }), asked.signal);
    document.body.hidden = false;
    draw(content, {
      answer: (answer) => port.postMessage({ answer }),
      answerAndWait: (answer) => {
        rest();
        port.postMessage({ answer });
      },
      leave,
      askBeforeLeaving: (question) => {
        mayLeave = question;
      },
    });
    void fitWindow();
  });
  setInterval(() => port.postMessage({ alive: true }), ALIVE_EVERY_MS);
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || isAsking()) return;
    // The key press must not also close the question that it opens.
    event.preventDefault();
    leave();
  });
}

/**
 * Brings the window to the front, and makes it as high as its content, which is longer in some languages, but not higher than the
 * screen.
 */
async function fitWindow(): Promise<void> {
  const content = [...document.body.children].reduce((sum, part) => sum + part.getBoundingClientRect().height, 0);
  const height = Math.min(Math.ceil(window.outerHeight - window.innerHeight + content), screen.availHeight);
  const { id } = await browser.windows.getCurrent();
  if (id !== undefined) await browser.windows.update(id, { height, focused: true });
}
