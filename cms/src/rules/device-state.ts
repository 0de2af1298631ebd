/**
 * States in the life of a device. The states that their names do not explain:
 *
 * - `pending`: produced, but its owner has not chosen a PIN yet. An operator can activate it with its initial PIN.
 * - `awaiting-approval`: produced, and its owner chose a PIN, but no vendor vouches for its keys. An operator approves or declines it.
 * - `suspended`: blocked by an operator. An operator can return it to its former state.
 */
export type DeviceState =
  | 'available'
  | 'producing'
  | 'pending'
  | 'awaiting-approval'
  | 'active'
  | 'suspended'
  | 'failed'
  | 'terminated';

/** Revocation reason with which the CRL lists the certificates of a device in a certain state; null if the certificates are good and not listed. */
export type Standing = 'certificateHold' | 'cessationOfOperation' | null;

interface StateRule {
  /** States that may follow. */
  readonly next: readonly DeviceState[];
  readonly standing: Standing;
  /** True if a device in this state counts towards its owner's limit. */
  readonly counts: boolean;
}

/** The rule of each state. */
export const DEVICE_STATES: Readonly<Record<DeviceState, StateRule>> = {
  // Belongs to nobody: not produced yet, or released.
  available: { next: ['producing'], standing: 'cessationOfOperation', counts: false },
  // Becomes `available` again if its issuance ends before the CMS has an escrow of the card, or if the card was erased.
  producing: { next: ['pending', 'available', 'failed', 'terminated'], standing: 'certificateHold', counts: true },
  // Becomes `producing` again if its card was erased before the PIN was changed, so that its keys are generated again, or if the policy now
  // wants a further passkey. Becomes `available` again if its card was erased for another issuance.
  pending: {
    next: ['active', 'awaiting-approval', 'producing', 'suspended', 'available', 'failed', 'terminated'],
    standing: 'certificateHold',
    counts: true,
  },
  'awaiting-approval': {
    next: ['active', 'failed', 'suspended', 'terminated'],
    standing: 'certificateHold',
    counts: true,
  },
  active: { next: ['suspended', 'terminated'], standing: null, counts: true },
  suspended: {
    next: ['pending', 'awaiting-approval', 'active', 'terminated'],
    standing: 'certificateHold',
    counts: true,
  },
  // Counts towards the limit, since its card may hold as much as the card of an issued device. The owner can continue the issuance, or release
  // the device and start again with the erased card. An operator can release the device too.
  failed: { next: ['producing', 'available', 'terminated'], standing: 'cessationOfOperation', counts: true },
  // Becomes `available` if an operator releases its card, or if its owner gives the erased card back.
  terminated: { next: ['available'], standing: 'cessationOfOperation', counts: false },
};

const isDeviceState = (name: string): name is DeviceState => Object.hasOwn(DEVICE_STATES, name);

export const STATES: readonly DeviceState[] = Object.keys(DEVICE_STATES).filter(isDeviceState);

/** States in which a device counts towards its owner's limit. */
export const COUNTING_STATES: readonly DeviceState[] = STATES.filter((state) => DEVICE_STATES[state].counts);

/** The model of iPhones and iPads, which have no card. */
export const PHONE = 'ios';

/** The model of devices that have FIDO2 and no PIV. */
export const SECURITY_KEY = 'fido2';

/**
 * True if a row in this state is that of a device in use. A store has at most one such row with a given identity or GUID.
 *
 * @example
 * isInUse('suspended'); // true
 */
export const isInUse = (state: DeviceState): boolean => state !== 'available' && state !== 'terminated';

/**
 * True if a device may change from the first state to the second.
 *
 * @example
 * mayFollow('pending', 'active'); // true
 */
export const mayFollow = (from: DeviceState, to: DeviceState): boolean => DEVICE_STATES[from].next.includes(to);
