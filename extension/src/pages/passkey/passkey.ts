import { browser } from '../../browser.js';
import type { WindowContent } from '../../own-window-content.js';
import { armAfterFocus } from '../armed-button.js';
import { showDevice } from '../device-line.js';
import { byId, element, icon } from '../element.js';
import { showOrigin } from '../origin-line.js';
import { runOwnWindow } from '../own-window-page.js';
import { showSecret } from '../secret-groups.js';
import { t } from '../text.js';
import { askToClear } from './ask-to-clear.js';
import { CopiedPin } from './copied-pin.js';

type Content = WindowContent<'passkey'>;

/** Milliseconds to wait for a window that was brought to the front to get the focus. */
const FOCUS_MS = 1_000;

runOwnWindow('passkey', (content, page) => {
  const { temporaryPin, permission } = content;
  const proceed = byId('continue', HTMLButtonElement);
  showHeadlines(content);
  byId('next', HTMLOListElement).append(...stepsOf(content).map(describe));
  const pin = temporaryPin === null ? null : new CopiedPin(temporaryPin);
  if (pin !== null && temporaryPin !== null) showTemporary(pin, temporaryPin);
  const end = async (): Promise<true> => {
    if (pin !== null) await clean(pin);
    return true;
  };
  page.askBeforeLeaving(end);
  page.whenOver(() => void end().then(() => window.close()));
  byId('cancel', HTMLButtonElement).addEventListener('click', () => page.leave());
  proceed.addEventListener('click', () => {
    // Asking for the permission and copying both need the click, so neither waits for the other.
    const permitted = permission === null ? Promise.resolve(true) : askBrowser(permission);
    void pin?.copy().then(showCopied);
    proceed.hidden = true;
    void permitted.then((isPermitted) => {
      showUnderWay();
      page.answer({ permitted: isPermitted });
    });
  });
  armAfterFocus(proceed);
  byId('cancel', HTMLButtonElement).focus();
});

function showHeadlines({ origin, relyingParty, device }: Content): void {
  document.title = t('passkey_title');
  showOrigin(byId('origin', HTMLElement), origin);
  // The relying party is hidden if it is the site itself, because the origin above already names it.
  byId('for', HTMLElement).hidden = relyingParty.origin === origin;
  showOrigin(byId('relying-party', HTMLElement), relyingParty.origin);
  byId('relying-party-name', HTMLElement).textContent = relyingParty.name;
  showDevice(byId('device', HTMLElement), device);
}

/** One of the user's next steps: an icon, a title, and an instruction. */
type Step = readonly [icon: string, title: string, detail: string];

function stepsOf({ way, relyingParty, temporaryPin, permission }: Content): Step[] {
  const { host } = new URL(relyingParty.origin);
  const asksPermission: Step = ['eye', t('passkey_permission'), t('passkey_permission_detail', host)];
  const opensWindow: Step = ['window', t('passkey_window'), t('passkey_window_detail', host)];
  return [
    ...(permission === null ? [] : [asksPermission]),
    ...(way === 'page' ? [] : [opensWindow]),
    temporaryPin === null
      ? ['key', t('passkey_pin_own'), t('passkey_pin_own_detail')]
      : ['key', t('passkey_pin_temporary'), t('passkey_pin_temporary_detail')],
    ['card', t('passkey_touch'), t('passkey_touch_detail')],
  ];
}

const describe = ([name, title, detail]: Step): HTMLLIElement =>
  element(
    'li',
    {},
    icon(name),
    element('span', {}, element('strong', {}, title), element('span', { class: 'quiet' }, detail)),
  );

/** Shows the PIN, and copies it as soon as the browser allows it. */
function showTemporary(pin: CopiedPin, secret: string): void {
  byId('temporary', HTMLElement).hidden = false;
  showSecret(byId('secret', HTMLElement), secret);
  const copy = () => void pin.copy().then(showCopied);
  byId('copy', HTMLButtonElement).addEventListener('click', copy);
  window.addEventListener('focus', () => {
    if (!pin.isCopied) copy();
  });
  copy();
}

function showCopied(isCopied: boolean): void {
  byId('copied', HTMLElement).textContent = isCopied ? t('passkey_copied') : t('passkey_not_copied');
}

function showUnderWay(): void {
  byId('before', HTMLElement).hidden = true;
  const status = byId('under-way', HTMLElement);
  status.hidden = false;
  status.textContent = t('passkey_under_way');
}

/**
 * Asks the browser for the permission to run on a site. Returns false if the user refuses, if policy forbids it, or if the browser
 * does not ask.
 */
const askBrowser = (pattern: string): Promise<boolean> =>
  browser.permissions.request({ origins: [pattern] }).catch(() => false);

/** Removes the PIN from the page and from the clipboard. If the extension cannot read the clipboard, asks the user to clear the clipboard. */
async function clean(pin: CopiedPin): Promise<void> {
  byId('secret', HTMLElement).replaceChildren();
  if (!(await pin.wasCopied())) return;
  await comeToTheFront();
  if (!(await pin.removeIfThere())) await askToClear(pin);
}

/** Brings the window to the front, because browsers let only the window with the focus read the clipboard. */
async function comeToTheFront(): Promise<void> {
  const { id } = await browser.windows.getCurrent();
  if (id !== undefined) await browser.windows.update(id, { focused: true });
  if (document.hasFocus()) return;
  await new Promise((resolve) => {
    window.addEventListener('focus', resolve, { once: true });
    setTimeout(resolve, FOCUS_MS);
  });
}
