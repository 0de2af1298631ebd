import type { OnNotice } from '@cardwright/cms';
import { log } from '../log/log.js';

/**
 * Takes a notice for the owner of a device. The reference portal sends no mail: it only writes a line to its log. The line names the device and its
 * owner by their ids, and leaves out the operator's reason, because that may name people.
 */
export const tellOwner: OnNotice = ({ kind, days, expiresAt, ownerId, device }) => {
  const end = days === null || expiresAt === null ? '' : ` on ${expiresAt.toISOString().slice(0, 10)}`;
  log.info(`Notice to ${ownerId}: device ${device.id} ${kind}${end}.`);
  return Promise.resolve();
};
