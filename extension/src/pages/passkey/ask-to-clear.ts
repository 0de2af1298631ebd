import { byId } from '../element.js';
import type { CopiedPin } from './copied-pin.js';

let asking: Promise<void> | null = null;

/**
 * Asks the user to clear the clipboard, which the extension may not read. Resolves when the user has cleared the clipboard or declined,
 * and the window may close.
 */
export function askToClear(pin: CopiedPin): Promise<void> {
  // A second call, by Escape or at the end of the ceremony, means that the user does not want to clear the clipboard, so the window may
  // close.
  if (asking !== null) return Promise.resolve();
  asking = new Promise((resolve) => {
    const clear = byId('clear', HTMLButtonElement);
    for (const element of elementsOf('ceremony')) element.hidden = true;
    for (const element of elementsOf('clearing')) element.hidden = false;
    clear.addEventListener('click', () => void pin.clear().then(resolve));
    byId('close', HTMLButtonElement).addEventListener('click', () => resolve());
    byId('clear-always', HTMLButtonElement).addEventListener('click', () => {
      void pin.clearFromNowOn().then((isDone) => {
        if (isDone) resolve();
      });
    });
    clear.focus();
  });
  return asking;
}

const elementsOf = (part: 'ceremony' | 'clearing'): HTMLElement[] => [
  byId(part, HTMLElement),
  byId(`${part}-actions`, HTMLElement),
];
