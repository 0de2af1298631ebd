import { MIN_TRIES, type DeviceInfo } from '@cardwright/protocol/devices';

/** True if a device reports that its PUK can't be used any more, so that only erasing it helps. */
export const isPukSpent = ({ puk }: Pick<DeviceInfo, 'puk'>): boolean =>
  puk !== null && (puk.blocked || (puk.retriesLeft ?? MIN_TRIES) < MIN_TRIES);
