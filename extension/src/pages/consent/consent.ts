import type { GrantClass } from '@cardwright/protocol/settings';
import { armAfterFocus } from '../armed-button.js';
import { byId, element, icon } from '../element.js';
import { showOrigin } from '../origin-line.js';
import { runOwnWindow } from '../own-window-page.js';
import { t } from '../text.js';

const ICONS: Readonly<Record<GrantClass, string>> = { read: 'eye', use: 'key', manage: 'pen' };

runOwnWindow('consent', ({ origin, classes }, page) => {
  const cancel = byId('cancel', HTMLButtonElement);
  const allow = byId('allow', HTMLButtonElement);
  showOrigin(byId('origin', HTMLElement), origin);
  byId('classes', HTMLUListElement).append(...classes.map(describe));
  cancel.addEventListener('click', () => page.answer({ allowed: false }));
  allow.addEventListener('click', () => page.answer({ allowed: true }));
  armAfterFocus(allow);
  cancel.focus();
});

const describe = (one: GrantClass): HTMLLIElement =>
  element(
    'li',
    {},
    icon(ICONS[one]),
    element(
      'span',
      {},
      element('strong', {}, t(`class_${one}`)),
      element('span', { class: 'quiet' }, t(`class_${one}_detail`)),
    ),
  );
