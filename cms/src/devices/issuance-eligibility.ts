import type { DeviceInfo, Slot } from '@cardwright/protocol/devices';
import { findPasskeyObstacle } from '../passkeys/passkeys-in-question.js';
import {
  causeOfErasure,
  findErasureObstacle,
  findMismatch,
  isLocked,
  isPukSpent,
  isUsed,
  UNREADABLE,
} from '../rules/card-facts.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import type { DeviceState } from '../rules/device-state.js';
import type { Device } from '../store/rows.js';
import type { KnownCard } from '../store/store.js';
import type { ReasonCode } from '../words/reasons.js';
import { whyDeclined } from './declined.js';
import { isKnownUnfit } from './unfit.js';
import { deviceOf, refuse, type CardInQuestion, type Verdict } from './eligibility.js';

/** Slot of the key with which a released card shows itself. Its use needs no PIN (SP 800-73-4 Part 1, table 4b). */
const PROOF_SLOT: Slot = '9E';

/** Reason that a known card cannot be issued, by the state of its row; null if the state allows its owner to start or continue. */
const IN_THE_WAY: Readonly<Record<DeviceState, ReasonCode | null>> = {
  available: null,
  producing: null,
  failed: null,
  pending: 'pending',
  'awaiting-approval': 'awaiting-approval',
  active: 'issued-to-you',
  suspended: 'suspended',
  terminated: 'terminated',
};

/** Returns the reason that a known device in this state cannot be issued; null if the state allows its owner to start or continue. */
export const reasonInTheWay = (state: DeviceState): ReasonCode | null => IN_THE_WAY[state];

/**
 * Decides whether a person may issue a device, continue its issuance, or have the device erased first. The facts about the card come from the host.
 * The order of the checks: what the reader reports, what the CMS knows of the card, what the policy asks of the card.
 */
export function judgeIssuance(card: CardInQuestion): Verdict {
  const { info, known, policy, devices, deviceLimit, passkeys } = card;
  const unreadable = UNREADABLE[info.state];
  if (unreadable) return refuse(unreadable);
  const device = deviceOf(known);
  const obstacle = device && findObstacle(card, device);
  if (obstacle) return refuse(obstacle);
  if (!policy) return refuse('model-not-issued');
  const mismatch = findMismatch(info, policy);
  if (mismatch) return refuse(mismatch);
  // A policy that was changed since the failure may want keys that the device can use, so the device may be tried again.
  const hasPolicyChanged = device && known.policy && known.policy.updatedAt > device.updatedAt;
  if (device && isKnownUnfit(device) && !hasPolicyChanged) return refuse('keys-cannot-sign');
  // A pending device already has its passkeys, so no service is asked.
  const unfit = device?.state === 'pending' ? null : findPasskeyObstacle(info, policy, passkeys);
  if (unfit) return refuse(unfit);
  if (!device && devices >= deviceLimit) return { action: null, reason: { code: 'device-limit', count: deviceLimit } };
  const isToBeErased = isPukSpent(info) || (!device && (isUsed(info) || mayHaveOurSecrets(known, info)));
  if (isToBeErased) return judgeErasure(card, policy, device);
  if (device) return { action: 'continue', reason: { code: 'broken-off' }, policy, device };
  // The card has the GUID that a running operation gave it, but the answer did not reach the CMS, so the card has no row yet.
  if (info.guid !== null && known.running.some(({ guid }) => guid === info.guid))
    return { action: 'continue', reason: { code: 'broken-off' }, policy };
  return { action: 'start', reason: null, policy };
}

function judgeErasure({ info, known }: CardInQuestion, policy: DevicePolicy, device: Device | undefined): Verdict {
  const released = findReleased(known, info);
  const obstacle = findErasureObstacle(info, policy, released !== undefined);
  if (obstacle) return refuse(obstacle);
  const reason = { code: `erase-${causeOfErasure(info)}`, count: info.certificates.length } as const;
  return { action: 'erase', reason, policy, ...(device ? { device } : {}), ...(released ? { released } : {}) };
}

/**
 * Finds the row of a card that cannot reset itself and belongs to nobody any more, but whose secrets the CMS still keeps, so that the card can be
 * overwritten. The row of a device that could reset itself (`resettable`) is never found, whatever the host now claims of the card: erasing such a
 * device needs no secret.
 */
function findReleased(
  { latest, hasEscrows }: KnownCard,
  { model, capabilities, certificates }: DeviceInfo,
): Device | undefined {
  if (capabilities?.reset === true || latest?.state !== 'available' || !hasEscrows) return undefined;
  const isPlain = !latest.resettable && latest.identity === null && latest.managementKey === 'configured';
  // A card that was issued shows by its certified key in 9E that it is the released one.
  const mayShowItself = latest.issuedAt === null || certificates.length === 0 || certificates.includes(PROOF_SLOT);
  return isPlain && mayShowItself && latest.model === model ? latest : undefined;
}

/** Returns the reason that the CMS's own records prevent an issuance; null if they do not. The reason never names the owner of a card. */
function findObstacle({ person, info, known }: CardInQuestion, device: Device): ReasonCode | null {
  if (device.state !== 'terminated' && device.ownerId !== person.id) return 'issued-to-another';
  if (whyDeclined(device) !== null) return 'declined';
  const isRunning = known.running.some(({ deviceId }) => deviceId === device.id);
  // The issuance may continue: a locked card is erased and issued again, since it would be useless even if it were activated.
  if (device.state === 'pending' && (isLocked(info) || canChoosePin(device, isRunning))) return null;
  return IN_THE_WAY[device.state];
}

/**
 * True if the owner of a pending device can continue and choose its PIN: its operation still runs, or the device is not known to have its
 * initial PIN.
 */
export const canChoosePin = ({ hasInitialPin }: Device, isRunning: boolean): boolean => !hasInitialPin || isRunning;

/**
 * True if a released card, which belongs to nobody, may still have secrets of the CMS. It then counts as used, even if it looks new: tries
 * with the factory PUK could only block it.
 */
function mayHaveOurSecrets({ latest, hasEscrows }: KnownCard, { managementKey }: DeviceInfo): boolean {
  // An issuance sets the management key before the other secrets, so a card with its factory key has none of them.
  return managementKey?.isDefault !== true && latest?.state === 'available' && hasEscrows;
}
