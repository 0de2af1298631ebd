import { showDeviceId } from '../device-line.js';
import { byId, element } from '../element.js';
import { showOrigin } from '../origin-line.js';
import { runOwnWindow } from '../own-window-page.js';
import { t } from '../text.js';

runOwnWindow('display', ({ origin, device, label, owner, secret }, page) => {
  const done = byId('done', HTMLButtonElement);
  showOrigin(byId('origin', HTMLElement), origin);
  showDeviceId(byId('device', HTMLElement), device, owner);
  const title = t(`shown_${label.replace('-', '_')}`);
  byId('label', HTMLElement).textContent = title;
  document.title = title;
  byId('secret', HTMLElement).replaceChildren(
    // A screen reader spells it; the eye gets groups.
    element('span', { class: 'for-screen-reader' }, Array.from(secret).join(' ')),
    ...groups(secret).map((group) => element('span', { 'aria-hidden': 'true' }, group)),
  );
  done.addEventListener('click', () => page.answer({}));
  done.focus();
});

/** Longest group that is read at one glance. */
const GROUP = 4;

/** Cuts a secret into groups of nearly the same length. */
function groups(secret: string): string[] {
  const characters = Array.from(secret);
  const count = Math.max(1, Math.ceil(characters.length / GROUP));
  const length = Math.ceil(characters.length / count);
  return Array.from({ length: count }, (_, index) => characters.slice(index * length, (index + 1) * length).join(''));
}
