import type { DeviceInfo, Eligibility } from '@cardwright/protocol';
import type { Reason, ReasonCode } from '../reasons.js';
import type { Database } from '../store/database.js';
import { readKnownCards, type KnownCard } from '../store/known-cards.js';
import type { Device, User } from '../store/schema.js';
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
import { countDevices } from './devices.js';
import { mayHaveOurSecrets } from './given-back.js';
import { findPolicies } from './policy-store.js';

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

/** Decides of one device, as `judgeAll` does of several. */
export async function judge(db: Database, user: User, info: DeviceInfo, deviceLimit: number): Promise<Verdict> {
  const [judged] = await judgeAll(db, user, [info], deviceLimit);
  if (!judged) throw new Error('a device was not judged');
  return judged.verdict;
}

/**
 * Decides whether a user may issue devices, go on with them, or erase them first, each by itself. The facts come from the host; what they
 * mean is decided here: first what the reader says, then what the CMS knows of the card, then what the policy asks of it. Everything is
 * read at once: the statements are as many for one device as for all.
 */
export async function judgeAll(
  db: Database,
  user: User,
  devices: readonly DeviceInfo[],
  deviceLimit: number,
): Promise<{ readonly info: DeviceInfo; readonly verdict: Verdict }[]> {
  const cards = await readKnownCards(db, user, devices);
  const models = devices.map(({ model }) => model);
  const policies = await findPolicies(db, models);
  const isFull = (await countDevices(db, user.id)) >= deviceLimit;
  const full: Refusal | null = isFull ? { action: null, reason: { code: 'device-limit', count: deviceLimit } } : null;
  return cards.map(([info, known]) => ({
    info,
    verdict: judgeCard(user, info, known, policies.get(info.model), full),
  }));
}

/** @param full the answer to one device more, where the user has as many as she may have */
function judgeCard(
  user: User,
  info: DeviceInfo,
  known: KnownCard,
  policy: DevicePolicy | undefined,
  full: Refusal | null,
): Verdict {
  const unreadable = UNREADABLE[info.state];
  if (unreadable) return refuse(unreadable);
  const { latest, isUnderWay, isBegun } = known;
  // A card that was given back is nobody's.
  const device = latest?.state === 'available' ? undefined : latest;
  const obstacle = device && findObstacle(user, device, info, isUnderWay);
  if (obstacle) return refuse(obstacle);
  if (!policy) return refuse('model-not-issued');
  const mismatch = findMismatch(info, policy);
  if (mismatch) return refuse(mismatch);
  if (!device && full) return full;
  const isToBeErased = isPukSpent(info) || (!device && (isUsed(info) || mayHaveOurSecrets(info, known)));
  if (isToBeErased) return judgeErasure(info, policy, device);
  if (device) return { action: 'continue', reason: { code: 'broken-off' }, policy, device };
  return isBegun
    ? { action: 'continue', reason: { code: 'broken-off' }, policy }
    : { action: 'issue', reason: null, policy };
}

function judgeErasure(info: DeviceInfo, policy: DevicePolicy, device: Device | undefined): Verdict {
  const obstacle = findErasureObstacle(info, policy);
  if (obstacle) return refuse(obstacle);
  const reason = { code: `erase-${causeOfErasure(info)}`, count: info.certificates.length } as const;
  return { action: 'erase', reason, policy, ...(device ? { device } : {}) };
}

const refuse = (code: ReasonCode): Refusal => ({ action: null, reason: { code } });

/** What the CMS knows that stands in the way; it never says whose a card is. */
function findObstacle(user: User, device: Device, info: DeviceInfo, isUnderWay: boolean): ReasonCode | null {
  if (device.state !== 'terminated' && device.ownerId !== user.id) return 'issued-to-another';
  // Locked: activated, it would be of no use to anybody.
  if (device.state === 'pending' && (isLocked(info) || canChoosePin(device, isUnderWay))) return null;
  return IN_THE_WAY[device.state];
}

/**
 * Whether the owner of a pending device can go on and choose its PIN: it was broken off and not given up, so that its
 * operation still runs, or nobody knows which PIN it has.
 */
export const canChoosePin = ({ hasInitialPin }: Device, isUnderWay: boolean): boolean => !hasInitialPin || isUnderWay;
