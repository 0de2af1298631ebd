import type { CommandFailure, SupportBundle } from '@cardwright/protocol/trace';
import { byId, element, icon } from '../element.js';
import { diagnoseHost, readPastEvents } from '../own-background.js';
import { runOwnWindow } from '../own-window-page.js';
import { readErrorTexts, textOfError, type PackagedTexts } from '../error-text.js';
import { showOrigin } from '../origin-line.js';
import { localize, t } from '../text.js';
import { makeSupportBundle } from './support-bundle.js';

/** Maximum number of failed commands shown above the file. */
const MOST_FAILURES = 5;
/** Maximum number of characters of the file that are shown. The whole file is saved. */
const MOST_SHOWN = 200_000;
const INDENT = 2;
/** Milliseconds after which a browser has certainly begun to save the file. */
const SAVED_WITHIN = 60_000;

/**
 * Shows the content of the support file, which the user can then save. The window is opened for a page (`origin`), or from the extension's
 * own menu (null). The file is saved among the downloads of this computer. No page receives the file.
 */
function draw(origin: string | null, close: () => void): void {
  byId('close', HTMLButtonElement).addEventListener('click', close);
  if (origin !== null) {
    showOrigin(byId('origin', HTMLElement), origin);
    byId('asker', HTMLElement).hidden = false;
  }
  const status = byId('status', HTMLElement);
  status.textContent = t('bundle_collecting');
  Promise.all([makeSupportBundle(origin, { diagnoseHost, readPastEvents }), readErrorTexts()]).then(
    ([bundle, texts]) => show(bundle, texts),
    () => {
      status.textContent = t('bundle_failed');
    },
  );
}

function show(bundle: SupportBundle, texts: PackagedTexts): void {
  const text = JSON.stringify(bundle, null, INDENT);
  const failed = bundle.checks.filter(({ outcome }) => outcome === 'failed');
  const { failures = [] } = bundle;
  const counts = [failures.length, bundle.trace?.entries.length ?? 0].map(String);
  byId('status', HTMLElement).textContent =
    failed.length === 0 ? t('bundle_ready', ...counts) : t('bundle_ready_failed', String(failed.length), ...counts);
  const checks = byId('checks', HTMLUListElement);
  checks.append(
    ...failed.map(({ code, detail }) => row(code === null ? detail : textOfError(code, texts), detail)),
    ...failures
      .slice(-MOST_FAILURES)
      .toReversed()
      .map((failure) => failureRow(failure, texts)),
  );
  checks.hidden = checks.childElementCount === 0;
  byId('content', HTMLElement).textContent = text.slice(0, MOST_SHOWN);
  byId('preview', HTMLDetailsElement).hidden = false;
  const save = byId('save', HTMLButtonElement);
  save.addEventListener('click', () => saveFile(bundle, text));
  save.disabled = false;
  save.focus();
}

const failureRow = ({ at, method, code }: CommandFailure, texts: PackagedTexts): HTMLLIElement =>
  row(textOfError(code, texts), `${new Date(at).toLocaleString(t('language'))} ${method}`);

const row = (what: string, detail: string): HTMLLIElement =>
  element(
    'li',
    { 'data-state': 'failed' },
    icon('mark'),
    element('span', {}, what, element('span', { class: 'quiet' }, detail)),
  );

function saveFile({ made }: SupportBundle, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const day = new Date(made).toISOString().slice(0, 'YYYY-MM-DD'.length);
  element('a', { href, download: `cardwright-support-${day}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(href), SAVED_WITHIN);
  byId('status', HTMLElement).textContent = t('bundle_saved');
}

if (location.hash === '') {
  if (window.top === window) {
    localize(document);
    document.body.hidden = false;
    draw(null, () => window.close());
  }
} else {
  runOwnWindow('bundle', ({ origin }, page) => draw(origin, () => page.leave()));
}
