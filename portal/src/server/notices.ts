import type { OnNotice } from '@cardwright/cms';
import { log } from './log/log.js';
import { DueWork } from './due-work.js';

/** Tells the owners of devices what they must know (`tellOwner`). */
export class Notices extends DueWork {
  /** @param tellDue tells some due notices and returns their number; stops soon once `signal` is aborted */
  constructor(tellDue: (signal: AbortSignal) => Promise<number>) {
    super(tellDue, (problem) => `Owners of devices could not be told (${problem}); the portal tries again.`);
  }
}

/** Ends work that waited in vain, so that the audit log says so. */
export class ExpiredWork extends DueWork {
  /** @param endExpired ends some work and returns its number; stops soon once `signal` is aborted */
  constructor(endExpired: (signal: AbortSignal) => Promise<number>) {
    super(endExpired, (problem) => `Work whose time is over could not be ended (${problem}); the portal tries again.`);
  }
}

/**
 * Takes a notice for the owner of a device. The reference portal sends no mail: it only writes a line to its log. The line names the device and its
 * owner by their ids, and leaves out the operator's reason, because that may name people.
 */
export const tellOwner: OnNotice = ({ kind, days, expiresAt, ownerId, device }) => {
  const end = days === null || expiresAt === null ? '' : ` on ${expiresAt.toISOString().slice(0, 10)}`;
  log.info(`Notice to ${ownerId}: device ${device.id} ${kind}${end}.`);
  return Promise.resolve();
};
