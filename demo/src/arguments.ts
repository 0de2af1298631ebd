import { parseArgs } from 'node:util';

export const USAGE = `npm run demo [-- OPTIONS]
  --headless              play the whole flow without a window (the default where there is no display)
  --profile yubikey|piv   the virtual card: a YubiKey 5.7 (default) or a plain PIV card
  --device                use this machine's own readers and the real card in them, which will be issued
  --supervised            with --device: an operator approves a YubiKey that no trusted vendor vouches for
  --yes                   with --device: do not ask whether the card may be issued
  --help                  print this`;

export interface DemoArguments {
  readonly headless: boolean;
  readonly profile: 'yubikey' | 'piv';
  readonly device: boolean;
  /** YubiKeys that do not prove themselves are issued under an operator's supervision, as plain cards are. */
  readonly supervised: boolean;
  readonly yes: boolean;
  readonly help: boolean;
}

/**
 * Reads the demo's command line.
 *
 * @param args without the program's name
 * @param env says by DISPLAY or WAYLAND_DISPLAY whether there is a display
 * @throws {TypeError} for an option that does not exist or does not make sense
 */
export function readArguments(args: readonly string[], env: NodeJS.ProcessEnv): DemoArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      headless: { type: 'boolean' },
      profile: { type: 'string', default: 'yubikey' },
      device: { type: 'boolean', default: false },
      supervised: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { profile, device, supervised, yes, help } = values;
  if (profile !== 'yubikey' && profile !== 'piv') throw new TypeError(`--profile is yubikey or piv, not "${profile}"`);
  if (yes && !device) throw new TypeError('--yes goes with --device');
  if (supervised && !device) throw new TypeError('--supervised goes with --device');
  const hasDisplay = Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY);
  return { headless: values.headless ?? !hasDisplay, profile, device, supervised, yes, help };
}
