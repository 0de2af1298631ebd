import { parseArgs } from 'node:util';

export const USAGE = `npm run demo [-- OPTIONS]
  --headless              play the whole flow without a window (the default where there is no display)
  --profile NAME          the virtual card: yubikey (a YubiKey 5.7, the default), piv (a plain PIV card), or
                          yubikey-5.8, which also gets a passkey for the portal
  --oidc                  people sign in at an identity provider, which the demo starts
  --device                use this machine's own readers and the real card in them, which will be issued
  --supervised            with --device: an operator approves a YubiKey that no trusted vendor vouches for
  --yes                   with --device: do not ask whether the card may be issued
  --help                  print this`;

const PROFILES = ['yubikey', 'piv', 'yubikey-5.8'] as const;
export type DemoProfile = (typeof PROFILES)[number];

export interface DemoArguments {
  readonly headless: boolean;
  readonly profile: DemoProfile;
  /** Set if people sign in at an OpenID Provider, which the demo starts, instead of with passwords. */
  readonly oidc: boolean;
  readonly device: boolean;
  /** Set if a device is also issued when no trusted vendor attests its keys. An operator then has to approve the device, as with a plain PIV card. */
  readonly supervised: boolean;
  readonly yes: boolean;
  readonly help: boolean;
}

/**
 * Reads the command line of the demo.
 *
 * @param args without the program's name
 * @param env contains DISPLAY or WAYLAND_DISPLAY if there is a display
 * @throws TypeError for an unknown option or value, and for options that do not go together
 */
export function readArguments(args: readonly string[], env: NodeJS.ProcessEnv): DemoArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      headless: { type: 'boolean' },
      profile: { type: 'string', default: 'yubikey' },
      oidc: { type: 'boolean', default: false },
      device: { type: 'boolean', default: false },
      supervised: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { oidc, device, supervised, yes, help } = values;
  const profile = PROFILES.find((name) => name === values.profile);
  if (!profile) throw new TypeError(`--profile is ${PROFILES.join(' or ')}, not "${values.profile}"`);
  if (yes && !device) throw new TypeError('--yes goes with --device');
  if (supervised && !device) throw new TypeError('--supervised goes with --device');
  const hasDisplay = Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY);
  return { headless: values.headless ?? !hasDisplay, profile, oidc, device, supervised, yes, help };
}
