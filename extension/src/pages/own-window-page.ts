import * as v from 'valibot';
import { browser } from '../browser.js';
import { WINDOW_PORT_PREFIX, toWindow, type OwnWindow, type WindowAnswer } from '../own-window.js';
import { windowContents, type WindowContent } from '../own-window-content.js';
import { offerMoreTime } from './more-time.js';
import { localize } from './text.js';
import { isAsking } from './window-question.js';

/** Milliseconds between two messages. Chromium stops a background that receives nothing for 30 s. */
const ALIVE_EVERY_MS = 20_000;

/** The window's side of the conversation with the background. */
export interface OwnWindowPage<W extends OwnWindow> {
  /** Answers. The background then closes the window. */
  answer(answer: WindowAnswer<W>): void;
  /** Answers, and stays until the background has another question or closes the window. It can then be left without a question. */
  answerAndWait(answer: WindowAnswer<W>): void;
  /** Closes the window, which is an answer too. Asks first if `askBeforeLeaving` was called. */
  leave(): void;
  /** Has the user asked before Cancel or Escape closes the window. `question` resolves with true to close it. */
  askBeforeLeaving(question: () => Promise<boolean>): void;
  /** Registers a function to call when the background no longer needs the window, which then closes itself. */
  whenOver(finish: () => void): void;
}

/**
 * Runs a window: localises it, waits for its content, passes that to `draw`, and shows it. Escape leaves it. A window that waits after
 * its answer may be drawn again, for another question. A window inside a frame stays empty, so that no other page can cover it.
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
  let finish = (): void => window.close();
  let asked = new AbortController();
  const rest = (): void => {
    asked.abort();
    mayLeave = always;
  };
  port.onMessage.addListener((value) => {
    const message = v.parse(toWindow, value);
    if ('over' in message) {
      finish();
      return;
    }
    const content: WindowContent<W> = v.parse(windowContents[name], message.show);
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
      whenOver: (work) => {
        finish = work;
      },
    });
    void fitWindow();
  });
  setInterval(() => port.postMessage({ alive: true }), ALIVE_EVERY_MS);
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || isAsking()) return;
    // The same key must not close the question that it opens.
    event.preventDefault();
    leave();
  });
}

/** Brings the window to the front, as high as its content and the screen allow. The content is longer in some languages. */
async function fitWindow(): Promise<void> {
  const content = [...document.body.children].reduce((sum, part) => sum + part.getBoundingClientRect().height, 0);
  const height = Math.min(Math.ceil(window.outerHeight - window.innerHeight + content), screen.availHeight);
  const { id } = await browser.windows.getCurrent();
  if (id !== undefined) await browser.windows.update(id, { height, focused: true });
}
