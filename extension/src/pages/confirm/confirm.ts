import { armAfterFocus } from '../armed-button.js';
import { showDevice } from '../device-line.js';
import { byId } from '../element.js';
import { showOrigin } from '../origin-line.js';
import { runOwnWindow } from '../own-window-page.js';

runOwnWindow('confirm', ({ origin, device }, page) => {
  const cancel = byId('cancel', HTMLButtonElement);
  const erase = byId('erase', HTMLButtonElement);
  showOrigin(byId('origin', HTMLElement), origin);
  showDevice(byId('device', HTMLElement), device);
  cancel.addEventListener('click', () => page.leave());
  erase.addEventListener('click', () => page.answer({}));
  armAfterFocus(erase);
  cancel.focus();
});
