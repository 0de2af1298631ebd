import { describe, expect, it } from '@jest/globals';
import { readArguments } from '../../../simulator/src/arguments.js';

describe('the command line of the simulator', () => {
  it('opens a window where there is a display, unless it is told not to', () => {
    expect(readArguments([], { DISPLAY: ':0' }).headless).toBe(false);
    expect(readArguments([], { WAYLAND_DISPLAY: 'wayland-0' }).headless).toBe(false);
    expect(readArguments(['--headless'], { DISPLAY: ':0' }).headless).toBe(true);
    expect(readArguments([], {}).headless).toBe(true);
  });

  it('lets an order wait for half a minute, or for as long as is said; a program has more time', () => {
    expect(readArguments([], {}).waitMs).toBe(30_000);
    expect(readArguments(['--stdio'], {}).waitMs).toBe(120_000);
    expect(readArguments(['--wait', '2.5'], {}).waitMs).toBe(2_500);
    for (const wait of ['0', '-1', 'long', '', 'Infinity'])
      expect(() => readArguments([`--wait=${wait}`], {})).toThrow(/^--wait is/);
  });

  it('refuses a portal that is no address', () => {
    expect(() => readArguments(['--portal', 'localhost:8080'], {})).toThrow(/^--portal is/);
  });
});
