/**
 * The life of a device. `pending`: produced, but its PIN was not changed; only an operator can activate it.
 * `awaiting-approval`: produced, and its user chose a PIN, but no vendor vouches for its keys: an operator approves or declines it.
 * `suspended` returns to the state before.
 */
export type DeviceState =
  'available' | 'producing' | 'pending' | 'awaiting-approval' | 'active' | 'suspended' | 'failed' | 'terminated';

/** What the CRL says of a device's certificates while it is in a state; null where they are good and not listed. */
export type Standing = 'certificateHold' | 'cessationOfOperation' | null;

interface StateRule {
  /** States that may follow. */
  readonly next: readonly DeviceState[];
  readonly standing: Standing;
  /** Whether the device counts towards its owner's limit. */
  readonly counts: boolean;
}

/** Which state may follow which, as data. */
export const DEVICE_STATES: Readonly<Record<DeviceState, StateRule>> = {
  // Nobody's: before it is produced, and after it was released.
  available: { next: ['producing'], standing: 'cessationOfOperation', counts: false },
  // Back to `available`: cancelled before anything was applied to the card, or erased.
  producing: { next: ['pending', 'available', 'failed', 'terminated'], standing: 'certificateHold', counts: true },
  // Back to `producing`: its card was erased before the PIN was changed, and its keys are made again. Back to `available`: it was
  // locked, and erased.
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
  // It counts, since there may be as much on its card as on an issued one. Its owner can continue, or release it and start again
  // with the erased card; an operator can release it.
  failed: { next: ['producing', 'available', 'terminated'], standing: 'cessationOfOperation', counts: true },
  // To `available`: an operator released its card.
  terminated: { next: ['available'], standing: 'cessationOfOperation', counts: false },
};

const isDeviceState = (name: string): name is DeviceState => Object.hasOwn(DEVICE_STATES, name);

/** Every state. */
export const STATES: readonly DeviceState[] = Object.keys(DEVICE_STATES).filter(isDeviceState);

/** States in which a device counts towards its owner's limit. */
export const COUNTING_STATES: readonly DeviceState[] = STATES.filter((state) => DEVICE_STATES[state].counts);

/** The model of iPhones and iPads, which have no card. */
export const PHONE = 'ios';

/** The model of devices that have FIDO2 and no PIV. */
export const SECURITY_KEY = 'fido2';

/** Whether a card is a device at the moment: no other row in such a state has its identity or GUID. */
export const isInUse = (state: DeviceState): boolean => state !== 'available' && state !== 'terminated';

/** Whether `to` may follow `from`. */
export const mayFollow = (from: DeviceState, to: DeviceState): boolean => DEVICE_STATES[from].next.includes(to);
