import { CardwrightError } from '@cardwright/protocol';
import type { PublicJwk } from '@cardwright/protocol/schemas';
import { seal } from '@cardwright/protocol/sealing';
import { displayedName, signDisplay } from '@cardwright/protocol/steps';
import * as v from 'valibot';
import { openEscrow } from '../devices/escrow.js';
import type { KeyRing } from '../keys/key-ring.js';
import type { Services } from '../operations/services.js';
import { PHONE } from '../rules/device-state.js';
import type { Records } from '../store/records.js';
import type { Device, Escrow, Person } from '../store/rows.js';

/** The window of the extension that will show a secret, as the result of `secret.prepareDisplay` describes it. */
export interface DisplayWindow {
  readonly display: string;
  readonly key: PublicJwk;
}

/** The device whose initial PIN is shown, and its owner's name as the window shows it. */
export interface ShownDevice {
  readonly id: string;
  readonly ownerName: string;
}

/**
 * True if an operator can be shown the initial PIN of a device, judged by its row.
 *
 * @example
 * if (canShowInitialPin(device)) console.log('Its initial PIN is known to be on the card.');
 */
export const canShowInitialPin = ({
  state,
  model,
  hasInitialPin,
}: Pick<Device, 'state' | 'model' | 'hasInitialPin'>): boolean =>
  hasInitialPin && model !== PHONE && (state === 'pending' || state === 'active');

/** Seconds until a signed display expires, as with a step. */
const VALID_FOR = 300;

/**
 * Seals the initial PIN of a device to one extension window, for an operator to read, and logs who asked for it.
 *
 * @returns the JWS for `secret.display`
 * @throws CardwrightError `DEVICE_STATE` if there is no such device, if the device is neither pending nor active or is not known to have its initial
 * PIN, or if no applied escrow holds that PIN
 */
export async function signInitialPin(
  { store: { keys }, origin }: Pick<Services, 'store' | 'origin'>,
  records: Records,
  operator: Person,
  { id, ownerName }: ShownDevice,
  { display, key }: DisplayWindow,
): Promise<string> {
  const device = await records.openDevice(id);
  const state = device?.row.state;
  const pin = device && canShowInitialPin(device.row) ? await initialPinOf(device.escrows, keys) : null;
  if (!device || pin === null) throw new CardwrightError('DEVICE_STATE', { state: state ?? 'unknown' });
  const { serial, guid } = device.row;
  const shownAs = serial === null ? `guid:${guid}` : `serial:${serial}`;
  const context = { origin, operation: null, device: shownAs, session: display, purpose: 'display' } as const;
  const sealed = await seal(new TextEncoder().encode(pin), key, context);
  records.record({ actor: operator.username, event: 'initial-pin.shown', deviceId: id });
  const expires = Math.floor(records.now.getTime() / 1000) + VALID_FOR;
  // Leaves out a name that the window would refuse (`displayedName`), for example because it is too long.
  const owner = v.is(displayedName, ownerName) ? { owner: ownerName } : {};
  const payload = { origin, display, device: shownAs, label: 'initial-pin', ...owner, expires, sealed } as const;
  return signDisplay(payload, keys.signingKey, keys.signingKeyId);
}

/** Returns the initial PIN of the newest escrow that has one; null if no escrow has an initial PIN, or if that escrow was not applied to the card. */
async function initialPinOf(escrows: readonly Escrow[], keys: KeyRing): Promise<string | null> {
  for (const escrow of escrows) {
    const { pin } = await openEscrow(escrow, keys);
    if (pin !== null) return escrow.appliedAt ? pin : null;
  }
  return null;
}
