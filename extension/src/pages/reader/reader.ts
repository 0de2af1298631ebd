import type { WindowContent } from '../../own-window-content.js';
import { armAfterFocus } from '../armed-button.js';
import { showDevice } from '../device-line.js';
import { byId, element } from '../element.js';
import { readErrorTexts, textOfError } from '../error-text.js';
import { showOrigin } from '../origin-line.js';
import { runOwnWindow } from '../own-window-page.js';
import { t } from '../text.js';

type Content = WindowContent<'reader'>;

/** Texts of the errors. The texts are read before anything is drawn, because the window's height is fitted as soon as the content is drawn. */
const errorTexts = await readErrorTexts();

/** Entries in the order of importance for the title: the window's title names the first of these entries that is asked for. */
const TITLES = ['newPin', 'confirmPin', 'pin'] as const;

/** Controller that removes the listeners of the current question when the next question is drawn. */
let asked = new AbortController();

armAfterFocus(byId('ready', HTMLButtonElement));

runOwnWindow('reader', (content, page) => {
  asked.abort();
  asked = new AbortController();
  const { signal } = asked;
  const ready = byId('ready', HTMLButtonElement);
  const cancel = byId('cancel', HTMLButtonElement);
  showQuestion(content);
  showWaiting(false);
  ready.addEventListener(
    'click',
    () => {
      showWaiting(true);
      page.answerAndWait({});
    },
    { signal },
  );
  cancel.addEventListener('click', () => page.leave(), { signal });
  cancel.focus();
});

function showQuestion({ origin, device, entries, rules, problem, retriesLeft }: Content): void {
  const title = t(`reader_title_${TITLES.find((name) => entries.includes(name)) ?? 'pin'}`);
  byId('title', HTMLElement).textContent = title;
  document.title = title;
  showOrigin(byId('origin', HTMLElement), origin);
  showDevice(byId('device', HTMLElement), device);
  byId('problem', HTMLElement).hidden = problem === null;
  byId('problem-text', HTMLElement).textContent = problem === null ? '' : textOfError(problem, errorTexts);
  const isChanged = entries.includes('newPin');
  const steps = entries.map((name) =>
    name === 'pin' && isChanged ? t('reader_entry_current') : t(`reader_entry_${name}`),
  );
  const list = byId('entries', HTMLElement);
  list.classList.toggle('single', steps.length === 1);
  list.replaceChildren(...steps.map((step) => element('li', {}, step)));
  const length = byId('length', HTMLElement);
  length.hidden = !isChanged;
  length.textContent = t('reader_length', String(rules.minLength), String(rules.maxLength));
  const tries = byId('tries', HTMLElement);
  tries.hidden = retriesLeft === null;
  tries.classList.toggle('warning', retriesLeft === 1);
  byId('tries-text', HTMLElement).textContent = retriesLeft === null ? '' : t('tries_left', String(retriesLeft));
}

/** Shows or hides that the reader now asks. The reader has the question then, so the user cancels there, and can only close the window here. */
function showWaiting(isUnderWay: boolean): void {
  byId('waiting', HTMLElement).textContent = isUnderWay ? t('reader_waiting') : '';
  byId('ready', HTMLButtonElement).hidden = isUnderWay;
  byId('cancel', HTMLButtonElement).textContent = t(isUnderWay ? 'close' : 'cancel');
  if (isUnderWay) byId('problem', HTMLElement).hidden = true;
}
