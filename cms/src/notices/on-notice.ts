import type { Device, Notice } from '../store/rows.js';

/** A notice for the owner of a device, as `OnNotice` gets it. It names the owner by the id alone, and holds no secret. */
export interface DeviceNotice extends Pick<Notice, 'id' | 'kind' | 'reason' | 'days' | 'expiresAt'> {
  /** Id of the person to tell, as in `Person.id`. */
  readonly ownerId: string;
  readonly device: Pick<Device, 'id' | 'model' | 'modelName' | 'serial'>;
  /** Time of the change, or time at which the expiry was noticed. */
  readonly at: Date;
  /**
   * Number of this attempt, from 1. An attempt after the first may repeat what the owner has already been told: the attempt before it failed, took
   * too long, or was never finished. `id` is the same each time, so that a mail server can recognise the repetition.
   */
  readonly attempt: number;
}

/**
 * Tells the owner of a device what the notice says, for example by mail. If the function throws, or does not end in time, it is called again later
 * with the same notice, at most `MOST_ATTEMPTS` times in all.
 *
 * @param signal aborted when the time is over (`CmsOptions.noticeTimeout`)
 * @example
 * const onNotice: OnNotice = async ({ kind, ownerId, device }) => {
 *   console.log(`${ownerId}: ${device.modelName}: ${kind}`);
 * };
 */
export type OnNotice = (notice: DeviceNotice, signal: AbortSignal) => Promise<void>;
