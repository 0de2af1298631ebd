import { describe, expect, it } from '@jest/globals';
import { readArguments } from '../../../demo/src/arguments.js';

describe("the demo's command line", () => {
  it('plays by itself where there is no display', () => {
    expect(readArguments([], {})).toMatchObject({ headless: true, profile: 'yubikey', device: false });
  });

  it.each([{ DISPLAY: ':0' }, { WAYLAND_DISPLAY: 'wayland-0' }])('opens a window on the display of %j', (env) => {
    expect(readArguments([], env).headless).toBe(false);
  });

  it('plays by itself beside a display when told to', () => {
    expect(readArguments(['--headless'], { DISPLAY: ':0' }).headless).toBe(true);
  });

  it('takes the plain PIV card', () => {
    expect(readArguments(['--profile', 'piv'], {}).profile).toBe('piv');
  });

  it('starts an identity provider when told to', () => {
    expect(readArguments([], {}).oidc).toBe(false);
    expect(readArguments(['--oidc'], {}).oidc).toBe(true);
  });

  it('supervises the issuance of a real card when told to', () => {
    expect(readArguments(['--device', '--supervised'], {})).toMatchObject({ device: true, supervised: true });
    expect(readArguments(['--device'], {}).supervised).toBe(false);
  });

  it.each([
    [['--profile', 'gids'], /yubikey or piv or yubikey-5.8/],
    [['--yes'], /--yes goes with --device/],
    [['--supervised'], /--supervised goes with --device/],
    [['--headles'], /Unknown option '--headles'/],
    [['card'], /Unexpected argument 'card'/],
  ])('refuses %j', (args, reason) => {
    expect(() => readArguments(args, {})).toThrow(reason);
  });
});
