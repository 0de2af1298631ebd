import { armAfterFocus } from '../armed-button.js';
import { showDevice } from '../device-line.js';
import { byId } from '../element.js';
import { showOrigin } from '../origin-line.js';
import { runOwnWindow } from '../own-window-page.js';
import { t } from '../text.js';

runOwnWindow('confirm', ({ origin, action, device, isLongTouch = false }, page) => {
  const cancel = byId('cancel', HTMLButtonElement);
  const erase = byId('erase', HTMLButtonElement);
  showOrigin(byId('origin', HTMLElement), origin);
  showDevice(byId('device', HTMLElement), device);
  const isFido = action === 'reset-fido';
  const words = (part: 'title' | 'loss' | 'erase') => (isFido ? t(`confirm_fido_${part}`) : t(`confirm_${part}`));
  byId('title', HTMLElement).textContent = words('title');
  document.title = words('title');
  byId('loss', HTMLElement).textContent = words('loss');
  erase.textContent = words('erase');
  byId('passkeys-go', HTMLElement).hidden = action !== 'reset-all' && action !== 'reset-shared';
  byId('fido', HTMLElement).hidden = action !== 'reset-fido' && action !== 'reset-all';
  byId('touch', HTMLElement).textContent = t(isLongTouch ? 'confirm_fido_hold' : 'confirm_fido_touch');
  byId('passkeys-stay', HTMLElement).hidden = action !== 'reset' || !device.applications.includes('fido2');
  byId('keeps', HTMLElement).hidden = !isFido || !device.applications.includes('piv');
  cancel.addEventListener('click', () => page.leave());
  erase.addEventListener('click', () => page.answer({}));
  armAfterFocus(erase);
  cancel.focus();
});
