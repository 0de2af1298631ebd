import type { DeviceInfo, Eligibility } from '@cardwright/protocol';
import { and, eq } from 'drizzle-orm';
import type { Reason, ReasonCode } from '../reasons.js';
import type { Database } from '../store/database.js';
import { operations, type Device, type User } from '../store/schema.js';
import {
  causeOfErasure,
  findErasureObstacle,
  findMismatch,
  isLocked,
  isPukSpent,
  isUsed,
  UNREADABLE,
} from './card-facts.js';
import type { DevicePolicy } from './device-policy.js';
import type { DeviceState } from './device-state.js';
import { countDevices, findDevice } from './devices.js';
import { mayHaveOurSecrets } from './given-back.js';
import { findPolicy } from './policy-store.js';

/** The user may do this with the device. */
export interface Permission {
  readonly action: NonNullable<Eligibility['action']>;
  /** What will be lost, or why there is something to go on with. */
  readonly reason: Reason | null;
  readonly policy: DevicePolicy;
  /** The row of the user's own half-issued device. */
  readonly device?: Device;
}

/** The user may do nothing with the device. */
export interface Refusal {
  readonly action: null;
  readonly reason: Reason;
}

/** What the CMS says of a device that somebody wants to issue. */
export type Verdict = Permission | Refusal;

/** Why a known card can not be issued, by the state of its row; null where its owner may go on with it. */
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

/**
 * Decides whether a user may issue a device, go on with it, or erase it first. The facts come from the host; what they mean is
 * decided here: first what the reader says, then what the CMS knows of the card, then what the policy asks of it.
 */
export async function judge(db: Database, user: User, info: DeviceInfo, deviceLimit: number): Promise<Verdict> {
  const unreadable = UNREADABLE[info.state];
  if (unreadable) return refuse(unreadable);
  const device = await findDevice(db, user, info);
  const obstacle = device && (await findObstacle(db, user, device, info));
  if (obstacle) return refuse(obstacle);
  const policy = await findPolicy(db, info.model);
  if (!policy) return refuse('model-not-issued');
  const mismatch = findMismatch(info, policy);
  if (mismatch) return refuse(mismatch);
  if (!device && (await countDevices(db, user.id)) >= deviceLimit)
    return { action: null, reason: { code: 'device-limit', count: deviceLimit } };
  const isToBeErased = isPukSpent(info) || (!device && (isUsed(info) || (await mayHaveOurSecrets(db, user, info))));
  if (isToBeErased) return judgeErasure(info, policy, device);
  if (device) return { action: 'continue', reason: { code: 'broken-off' }, policy, device };
  if (await hasGuidOfRunningOperation(db, user, info))
    return { action: 'continue', reason: { code: 'broken-off' }, policy };
  return { action: 'issue', reason: null, policy };
}

function judgeErasure(info: DeviceInfo, policy: DevicePolicy, device: Device | undefined): Verdict {
  const obstacle = findErasureObstacle(info, policy);
  if (obstacle) return refuse(obstacle);
  const reason = { code: `erase-${causeOfErasure(info)}`, count: info.certificates.length } as const;
  return { action: 'erase', reason, policy, ...(device ? { device } : {}) };
}

const refuse = (code: ReasonCode): Refusal => ({ action: null, reason: { code } });

/** What the CMS knows that stands in the way; it never says whose a card is. */
async function findObstacle(db: Database, user: User, device: Device, info: DeviceInfo): Promise<ReasonCode | null> {
  if (device.state !== 'terminated' && device.ownerId !== user.id) return 'issued-to-another';
  // Locked: activated, it would be of no use to anybody.
  if (device.state === 'pending' && (isLocked(info) || (await canChoosePin(db, device)))) return null;
  return IN_THE_WAY[device.state];
}

/**
 * Whether the owner of a pending device can go on and choose its PIN: it was broken off and not given up, so that its
 * operation still runs, or nobody knows which PIN it has.
 */
export async function canChoosePin(db: Database, { id, hasInitialPin }: Device): Promise<boolean> {
  if (!hasInitialPin) return true;
  const [row] = await db
    .select({ id: operations.id })
    .from(operations)
    .where(and(eq(operations.deviceId, id), eq(operations.status, 'running')))
    .limit(1);
  return row !== undefined;
}

/** Whether a card got its CHUID in an operation that was broken off before the CMS heard of that: there is no row yet. */
async function hasGuidOfRunningOperation(db: Database, user: User, { guid }: DeviceInfo): Promise<boolean> {
  if (guid === null) return false;
  const [row] = await db
    .select({ id: operations.id })
    .from(operations)
    .where(and(eq(operations.userId, user.id), eq(operations.guid, guid), eq(operations.status, 'running')))
    .limit(1);
  return row !== undefined;
}
