import { describe, expect, it } from '@jest/globals';
import { readArguments } from '../../../simulator/src/arguments.js';

describe('the command line of the simulator', () => {
  it('opens a window where there is a display, unless it is told not to', () => {
    expect(readArguments([], { DISPLAY: ':0' }).headless).toBe(false);
    expect(readArguments([], { WAYLAND_DISPLAY: 'wayland-0' }).headless).toBe(false);
    expect(readArguments(['--headless'], { DISPLAY: ':0' }).headless).toBe(true);
    expect(readArguments([], {}).headless).toBe(true);
  });

  it('refuses a portal that is no address', () => {
    expect(() => readArguments(['--portal', 'localhost:8080'], {})).toThrow(/^--portal is/);
  });
});
