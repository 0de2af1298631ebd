import { MIN_TRIES, type DeviceInfo } from '@cardwright/protocol/devices';

/**
 * True if a device reports that its PUK can no longer be used: the PUK is blocked, or only its last try is left, which Cardwright never
 * spends. In both cases, only erasing the device helps.
 */
export const isPukSpent = ({ puk }: Pick<DeviceInfo, 'puk'>): boolean =>
  puk !== null && (puk.blocked || (puk.retriesLeft ?? MIN_TRIES) < MIN_TRIES);
