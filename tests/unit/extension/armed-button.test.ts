import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { armAfterFocus } from '../../../extension/src/pages/armed-button.js';

const button = { disabled: false } as HTMLButtonElement;
let page: EventTarget;

/** Arms the button in a window that has the focus, or does not have it. */
function arm(hasFocus: boolean): void {
  Object.assign(globalThis, { window: page, document: { hasFocus: () => hasFocus } });
  armAfterFocus(button);
}

beforeEach(() => {
  jest.useFakeTimers();
  page = new EventTarget();
  button.disabled = false;
});
afterEach(() => void jest.useRealTimers());

it('takes a click once its window has had the focus for half a second', () => {
  arm(true);
  jest.advanceTimersByTime(499);
  expect(button.disabled).toBe(true);
  jest.advanceTimersByTime(1);
  expect(button.disabled).toBe(false);
});

it('takes none while its window is behind another, and waits again when it is in front', () => {
  arm(false);
  jest.advanceTimersByTime(60_000);
  expect(button.disabled).toBe(true);
  page.dispatchEvent(new Event('focus'));
  jest.advanceTimersByTime(499);
  page.dispatchEvent(new Event('blur'));
  jest.advanceTimersByTime(60_000);
  expect(button.disabled).toBe(true);
  page.dispatchEvent(new Event('focus'));
  jest.advanceTimersByTime(500);
  expect(button.disabled).toBe(false);
});
