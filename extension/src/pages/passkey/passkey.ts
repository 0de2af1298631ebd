import { browser } from '../../browser.js';
import type { WindowContent } from '../../own-window-content.js';
import { armAfterFocus } from '../armed-button.js';
import { showDevice } from '../device-line.js';
import { byId, element, icon } from '../element.js';
import { showOrigin } from '../origin-line.js';
import { runOwnWindow } from '../own-window-page.js';
import { showSecret } from '../secret-groups.js';
import { t } from '../text.js';

type Content = WindowContent<'passkey'>;

runOwnWindow('passkey', (content, page) => {
  const { temporaryPin, permission } = content;
  const proceed = byId('continue', HTMLButtonElement);
  showHeadlines(content);
  byId('next', HTMLOListElement).append(...stepsOf(content).map(describe));
  if (temporaryPin !== null) showTemporary(temporaryPin);
  byId('cancel', HTMLButtonElement).addEventListener('click', () => page.leave());
  proceed.addEventListener('click', () => {
    const permitted = permission === null ? Promise.resolve(true) : askBrowser(permission);
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

/** Shows the PIN for typing. It is never copied, because any page that may read the clipboard would read the PIN there. */
function showTemporary(secret: string): void {
  byId('temporary', HTMLElement).hidden = false;
  showSecret(byId('secret', HTMLElement), secret);
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
