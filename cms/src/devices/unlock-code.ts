import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { KeyRing } from '../keys/key-ring.js';
import { openFromStorage, sealForStorage } from '../keys/storage-seal.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import { PHONE, SECURITY_KEY } from '../rules/device-state.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { Device, Person } from '../store/rows.js';
import { isOwnersSide, type ActingOperator } from './acting-operator.js';

/**
 * The one-time code that an operator reads out to the owner of a device. With the code, the owner can start `unlock`, which sets a new PIN with
 * the PUK.
 */
export interface UnlockCode {
  /** Eight decimal digits. The code is shown once. */
  readonly code: string;
  readonly expiresAt: Date;
}

/** Milliseconds for which a code is valid. */
const LASTS = 10 * 60 * 1000;
const DIGITS = 8;
/** Number of wrong tries after which a code is no longer valid. */
const TRIES = 5;

type KeptCode = Pick<
  Device,
  'unlockCode' | 'unlockCodeIssuedAt' | 'unlockCodeIssuedBy' | 'unlockCodeTries' | 'unlockCodeOperation'
>;

/** Values of the columns for a device for which no code was ever issued. */
export const NO_UNLOCK_CODE: KeptCode = {
  unlockCode: null,
  unlockCodeIssuedAt: null,
  unlockCodeIssuedBy: null,
  unlockCodeTries: 0,
  unlockCodeOperation: null,
};

type CodePolicy = Pick<DevicePolicy, 'unlockNeedsCode'> | undefined;

/** True if a code can be issued for a device, judged by its row and the policy of its model. */
export const takesCode = ({ state, model }: Device, policy: CodePolicy): boolean =>
  state === 'active' && model !== PHONE && model !== SECURITY_KEY && policy?.unlockNeedsCode === true;

/**
 * True if this operator can issue a code. The owner of a device, and who is not independent of the owner, must leave that to
 * another operator.
 *
 * @example
 * if (canIssueCode(device, operator, policy)) await cms.issueUnlockCode(operator, device.id, { seen });
 */
export const canIssueCode = (device: Device, operator: ActingOperator, policy: CodePolicy): boolean =>
  takesCode(device, policy) && !isOwnersSide(device, operator);

/** Makes a new code for a device. It replaces an earlier code. */
export async function newCode(
  device: DeviceRecord,
  keys: KeyRing,
  { username }: Person,
  now: Date,
): Promise<UnlockCode> {
  const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
  device.change({
    unlockCode: await sealForStorage(code, keys, labelOf(device.row)),
    unlockCodeIssuedAt: now,
    unlockCodeIssuedBy: username,
    unlockCodeTries: TRIES,
    unlockCodeOperation: null,
  });
  return { code, expiresAt: new Date(now.getTime() + LASTS) };
}

/**
 * Compares a code with the device's code, and counts a wrong try.
 *
 * @param running ids of the person's running operations on the card: a used code is valid only for the operation that used it
 * @returns null if the code is right; if not, the number of tries left. `retriesLeft` is null if the device has no code that is valid for this start
 */
export async function tryCode(
  device: DeviceRecord,
  keys: KeyRing,
  code: string,
  running: readonly string[],
  now: Date,
): Promise<{ readonly retriesLeft: number | null } | null> {
  const { unlockCode, unlockCodeIssuedAt, unlockCodeTries, unlockCodeOperation: used } = device.row;
  const isFresh = unlockCodeIssuedAt !== null && now.getTime() - unlockCodeIssuedAt.getTime() < LASTS;
  if (unlockCode === null || !isFresh || (used !== null && !running.includes(used))) return { retriesLeft: null };
  if (isSame(code, await openFromStorage(unlockCode, keys, labelOf(device.row)))) return null;
  const retriesLeft = unlockCodeTries - 1;
  device.change({ unlockCodeTries: retriesLeft, ...(retriesLeft > 0 ? {} : { unlockCode: null }) });
  return { retriesLeft };
}

/** Invalidates the code of a device. The time of its issue is kept, because the owner of the device sees that time. */
export function endCode(device: DeviceRecord): void {
  if (device.row.unlockCode !== null) device.change({ unlockCode: null });
}

const labelOf = ({ id }: Device): string => `unlock-code:${id}`;

/** Compares digests in constant time, so that the typed text may have any length. */
const isSame = (typed: string, code: string): boolean => timingSafeEqual(digestOf(typed), digestOf(code));

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
