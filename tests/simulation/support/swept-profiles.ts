import type { ProfileName } from '@cardwright/virtual-card';

/** How the sweep's CMS takes a card. */
export interface SweptProfile {
  /** What the policy for YubiKeys does with keys that no vendor vouches for. */
  readonly unprovenYubikeys: 'refuse' | 'supervised';
  /** The state in which an operation leaves the device when nothing goes wrong. */
  readonly endsIn: 'active' | 'awaiting-approval';
}

const TRUSTED = { unprovenYubikeys: 'refuse', endsIn: 'active' } as const;
const SUPERVISED = { unprovenYubikeys: 'supervised', endsIn: 'awaiting-approval' } as const;

/** Every card that can be issued. Plain cards are issued without an operator, as the policies of the simulation say. */
export const SWEPT_PROFILES = {
  yubikey: TRUSTED,
  // Its attestations name no serial number.
  'yubikey-4.3.7': SUPERVISED,
  'yubikey-5.4': TRUSTED,
  'yubikey-5.8': TRUSTED,
  'yubikey-no-extended': TRUSTED,
  'yubikey-no-f9': SUPERVISED,
  'yubikey-no-attest': SUPERVISED,
  piv: TRUSTED,
  'piv-strict': TRUSTED,
} as const satisfies Partial<Record<ProfileName, SweptProfile>>;

export type SweptProfileName = keyof typeof SWEPT_PROFILES;

/** Why the others are not swept. */
export const UNSWEPT_PROFILES = {
  'yubikey-5.7.2': 'it is the same card as `yubikey`',
  'no-piv': 'it cannot be issued',
  'odd-select': 'it cannot be issued',
  'piv-fido': 'its PIV application is that of `piv`',
  'shared-pin': 'its PIV application is that of `yubikey`, with more tries',
  'fido-key': 'it has no PIV application',
  'fido-key-serial': 'it has no PIV application',
  'fido-soft': 'it has no PIV application',
  'fido-soft-none': 'it has no PIV application',
} as const satisfies Record<Exclude<ProfileName, SweptProfileName>, string>;

const isSwept = (name: string): name is SweptProfileName => Object.hasOwn(SWEPT_PROFILES, name);
export const SWEPT_PROFILE_NAMES: readonly SweptProfileName[] = Object.keys(SWEPT_PROFILES).filter(isSwept);
