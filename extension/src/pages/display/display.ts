import { showDeviceId } from '../device-line.js';
import { byId } from '../element.js';
import { showOrigin } from '../origin-line.js';
import { runOwnWindow } from '../own-window-page.js';
import { showSecret } from '../secret-groups.js';
import { t } from '../text.js';

runOwnWindow('display', ({ origin, device, label, owner, secret }, page) => {
  const done = byId('done', HTMLButtonElement);
  showOrigin(byId('origin', HTMLElement), origin);
  showDeviceId(byId('device', HTMLElement), device, owner);
  const title = t(`shown_${label.replace('-', '_')}`);
  byId('label', HTMLElement).textContent = title;
  document.title = title;
  showSecret(byId('secret', HTMLElement), secret);
  done.addEventListener('click', () => page.answer({}));
  done.focus();
});
