import type { ProfileName } from '@cardwright/virtual-card';
import type { FactoryPolicy } from './policies.js';

/** The CMS's policy for a card of the sweep, and the state in which the card ends. */
export interface SweptProfile {
  /** The YubiKey policy for keys without attestation. */
  readonly unprovenYubikeys: 'refuse' | 'supervised';
  /** The device's state after an undisturbed operation. */
  readonly endsIn: 'active' | 'awaiting-approval';
  /** The card's factory in the policy of plain cards, if it is another one than a new portal expects. */
  readonly factory?: FactoryPolicy;
}

const TRUSTED = { unprovenYubikeys: 'refuse', endsIn: 'active' } as const;
const SUPERVISED = { unprovenYubikeys: 'supervised', endsIn: 'awaiting-approval' } as const;

/** Every PIV application that can be issued. The policies of the simulation issue all but YubiKeys without an operator. */
const PIV_PROFILES = {
  yubikey: TRUSTED,
  // Attestations of this firmware name no serial number.
  'yubikey-4.3.7': SUPERVISED,
  'yubikey-5.4': TRUSTED,
  'yubikey-5.8': TRUSTED,
  'yubikey-no-extended': TRUSTED,
  'yubikey-no-f9': SUPERVISED,
  'yubikey-no-attest': SUPERVISED,
  piv: TRUSTED,
  'piv-strict': TRUSTED,
  'piv-history': TRUSTED,
  'piv-fixed-objects': TRUSTED,
  'piv-15-tries': TRUSTED,
  'nitrokey-3': TRUSTED,
  'piv-aes-128': TRUSTED,
  'piv-aes-256': TRUSTED,
  'piv-8-digits': {
    ...TRUSTED,
    factory: {
      secrets: { pin: '11223344' },
      policy: { pinRules: { minLength: 8, maxLength: 8, digitsOnly: true, forbidTrivial: true } },
    },
  },
  'piv-t0': TRUSTED,
} as const satisfies Partial<Record<ProfileName, SweptProfile>>;

/** Further cards, which are swept for their passkeys alone. */
const PASSKEY_PROFILES = {
  'piv-fido': TRUSTED,
  'shared-pin': TRUSTED,
  'fido-key-serial': TRUSTED,
  'fido-key': TRUSTED,
} as const satisfies Partial<Record<ProfileName, SweptProfile>>;

export const SWEPT_PROFILES = { ...PIV_PROFILES, ...PASSKEY_PROFILES };

export type SweptProfileName = keyof typeof SWEPT_PROFILES;

/** The reasons why the other profiles are not swept. */
export const UNSWEPT_PROFILES = {
  'yubikey-6': 'it is the same card as `yubikey-5.8`, but for its version',
  'yubikey-5.7.2': 'it is the same card as `yubikey`',
  'applet-attests': 'its instructions are those of `yubikey-5.4`',
  openfips201: 'its instructions are those of `piv-history`',
  'solo-2': 'its instructions are those of `nitrokey-3`',
  pivapplet: 'its instructions are those of `yubikey-5.4`',
  'no-piv': 'it cannot be issued',
  'odd-select': 'it cannot be issued',
  'gsm-select': 'it cannot be issued',
  gids: 'it cannot be issued',
  'fido-key-odd': 'its deviations have tests of their own (`tests/simulation/passkeys`)',
  'fido-key-touch': 'its messages are those of `fido-key`',
  'fido-soft': 'its messages are those of `fido-key`',
  'fido-soft-none': 'its messages are those of `fido-key`',
} as const satisfies Record<Exclude<ProfileName, SweptProfileName>, string>;

const isSwept = (name: string): name is SweptProfileName => Object.hasOwn(SWEPT_PROFILES, name);
export const SWEPT_PROFILE_NAMES: readonly SweptProfileName[] = Object.keys(SWEPT_PROFILES).filter(isSwept);

const isPivProfile = (name: SweptProfileName): boolean => Object.hasOwn(PIV_PROFILES, name);
/** The profiles whose PIV applications are swept. */
export const PIV_PROFILE_NAMES: readonly SweptProfileName[] = SWEPT_PROFILE_NAMES.filter(isPivProfile);

/** Digits that make a PIN of the sweep long enough. */
const FURTHER_DIGITS = '28';

/** Returns a PIN of the sweep as a card of a profile takes it: longer, if its policy wants eight digits. */
export function pinFor(name: ProfileName, pin: string): string {
  const factory: FactoryPolicy | undefined = isSwept(name) ? factoryOf(SWEPT_PROFILES[name]) : undefined;
  return pin.length < (factory?.policy.pinRules?.minLength ?? 0) ? pin + FURTHER_DIGITS : pin;
}

const factoryOf = ({ factory }: SweptProfile): FactoryPolicy | undefined => factory;
