import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { ScenePage } from '../../e2e/pages/scenes/scene.js';
import { findDeep, findFocused, isVisible } from './deep-search.js';

const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 30_000;

/** The page in which this script runs, for scenes: it presses and types without a driver. */
export class OwnPage implements ScenePage {
  readonly keyboard = {
    type: async (text: string): Promise<void> => {
      const field = await found('a focused field', () => asField(findFocused()));
      enter(field, field.value + text);
    },
    press: async (key: 'Enter' | 'Escape'): Promise<void> => {
      const element = await found('a focused element', () => findFocused() ?? undefined);
      const event = new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true });
      const isTaken = !element.dispatchEvent(event);
      // A browser sends a form on Enter (HTML, 4.10.21.2), but not for an event of a script.
      if (!isTaken && key === 'Enter') asField(element)?.form?.requestSubmit();
    },
  };

  locator(selector: string) {
    const usable = () =>
      findDeep(selector).find((one) => one instanceof HTMLElement && isVisible(one) && isEnabled(one));
    return {
      click: async (): Promise<void> => {
        const element = await found(selector, usable);
        if (element instanceof HTMLElement) element.click();
      },
      fill: async (value: string): Promise<void> => enter(await found(selector, () => asField(usable())), value),
    };
  }

  waitForSelector(selector: string): Promise<Element> {
    return found(selector, () => findDeep(selector).find(isVisible));
  }

  evaluate(run: (devices: DeviceInfo[]) => void, devices: DeviceInfo[] = []): Promise<void> {
    run(devices);
    return Promise.resolve();
  }
}

const isEnabled = (element: Element): boolean => !element.matches(':disabled');

const asField = (element: Element | null | undefined): HTMLInputElement | undefined =>
  element instanceof HTMLInputElement ? element : undefined;

/** Enters a text as a user does, so that the page hears of it. */
function enter(field: HTMLInputElement, text: string): void {
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
}

/**
 * Waits for what `look` finds, and returns it.
 *
 * @param what its name, for the message
 * @throws when it is not there in time
 */
export async function found<T>(what: string, look: () => T | undefined): Promise<T> {
  for (const last = Date.now() + PATIENCE_MS; Date.now() < last;) {
    const it = look();
    if (it !== undefined) return it;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Error(`${what}: not within ${PATIENCE_MS} ms`);
}
