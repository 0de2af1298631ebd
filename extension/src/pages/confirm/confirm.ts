import { armAfterFocus } from '../armed-button.js';
import { showDevice } from '../device-line.js';
import { byId } from '../element.js';
import { showOrigin } from '../origin-line.js';
import { runOwnWindow } from '../own-window-page.js';
import { t } from '../text.js';

runOwnWindow('confirm', ({ origin, action, device }, page) => {
  const cancel = byId('cancel', HTMLButtonElement);
  const erase = byId('erase', HTMLButtonElement);
  showOrigin(byId('origin', HTMLElement), origin);
  showDevice(byId('device', HTMLElement), device);
  const words = action === 'reset-fido' ? 'confirm_fido' : 'confirm';
  const title = t(`${words}_title`);
  byId('title', HTMLElement).textContent = title;
  document.title = title;
  byId('loss', HTMLElement).textContent = t(`${words}_loss`);
  erase.textContent = t(`${words}_erase`);
  byId('fido', HTMLElement).hidden = action !== 'reset-fido';
  byId('keeps', HTMLElement).hidden = !device.applications.includes('piv');
  cancel.addEventListener('click', () => page.leave());
  erase.addEventListener('click', () => page.answer({}));
  armAfterFocus(erase);
  cancel.focus();
});
