import type { DeviceInfo, Eligibility } from '@cardwright/protocol';
import { and, eq } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { operations, type Device, type User } from '../store/schema.js';
import type { DevicePolicy } from './device-policy.js';
import { findPolicy } from './policy-store.js';
import { countDevices, findDevice } from './devices.js';

/** What the CMS says of a device that somebody wants to issue, with what it looked up on the way. */
export interface Verdict {
  readonly action: Eligibility['action'];
  /** A sentence for the user. */
  readonly reason: string | null;
  /** Present when there is an action. */
  readonly policy?: DevicePolicy;
  readonly device?: Device;
}

/** Decides whether a user may issue a device or go on with it. The facts come from the host; what they mean is decided here. */
export async function judge(db: Database, user: User, info: DeviceInfo, deviceLimit: number): Promise<Verdict> {
  const unreadable = UNREADABLE[info.state];
  if (unreadable) return refuse(unreadable);
  const policy = await findPolicy(db, info.model);
  if (!policy) return refuse('Your organisation does not issue devices of this kind.');
  const device = await findDevice(db, info);
  const unfit = notFitting(info, policy);
  if (device) return judgeKnown(db, user, device, policy, unfit, deviceLimit);
  if (unfit) return refuse(unfit);
  const used = notBlank(info);
  if (used) return refuse(used);
  if ((await countDevices(db, user.id)) >= deviceLimit) return refuse(limitReason(deviceLimit));
  return { action: 'issue', reason: null, policy };
}

/** Why no further device may be added. */
export const limitReason = (limit: number): string =>
  limit === 1 ? 'You may have one device, and you have it.' : `You may have ${limit} devices, and you have as many.`;

const refuse = (reason: string): Verdict => ({ action: null, reason });

const UNREADABLE: Readonly<Record<DeviceInfo['state'], string | null>> = {
  ready: null,
  held: 'Another program is using this device.',
  unresponsive: 'This device does not answer.',
  'no-application': 'This device has no PIV application.',
  'contact-needed': 'This device can only be issued in a reader with contacts.',
};

async function judgeKnown(
  db: Database,
  user: User,
  device: Device,
  policy: DevicePolicy,
  unfit: string | null,
  deviceLimit: number,
): Promise<Verdict> {
  if (device.ownerId !== user.id) return refuse('This device belongs to somebody else.');
  const proceed: Verdict = unfit
    ? refuse(unfit)
    : { action: 'continue', reason: 'Its issuance was broken off.', policy, device };
  switch (device.state) {
    case 'active':
      return refuse('This device is already issued to you.');
    case 'suspended':
      return refuse('This device is suspended.');
    case 'pending':
      // Broken off at the PIN, not given up: the operation still runs.
      return (await hasRunningOperation(db, device))
        ? proceed
        : refuse('This device waits for an operator to activate it.');
    case 'failed':
      return (await countDevices(db, user.id)) >= deviceLimit ? refuse(limitReason(deviceLimit)) : proceed;
    case 'available':
    case 'producing':
      return proceed;
    case 'terminated':
      return refuse('This device was terminated.');
  }
}

async function hasRunningOperation(db: Database, device: Device): Promise<boolean> {
  const [row] = await db
    .select({ id: operations.id })
    .from(operations)
    .where(and(eq(operations.deviceId, device.id), eq(operations.status, 'running')));
  return row !== undefined;
}

function notFitting({ capabilities }: DeviceInfo, policy: DevicePolicy): string | null {
  if (policy.requireAttestation && !capabilities?.attestation)
    return 'This device can not prove where its keys were made, and your organisation asks for that.';
  if (!policy.acceptFixedManagementKey && !capabilities?.changeManagementKey)
    return 'The management key of this device can not be changed, and your organisation asks for that.';
  return null;
}

/** A card that the CMS does not know must be as its factory made it; what can not be told is let pass. */
function notBlank({ certificates, managementKey, pin, puk }: DeviceInfo): string | null {
  if (pin?.blocked && puk?.blocked) return 'This device is locked: its PIN and its PUK are blocked.';
  const isUsed =
    certificates.length > 0 ||
    managementKey?.isDefault === false ||
    pin?.isDefault === false ||
    puk?.isDefault === false;
  return isUsed ? 'This device was used before and must be erased first.' : null;
}
