import { MIN_TRIES, type DeviceInfo } from '@cardwright/protocol';
import { OfferedWizards } from './offered-wizards.js';

/** Those of this page that have a device given back. */
export const ERASING = new OfferedWizards();

/** Whether a device says that its PUK can't be used any more, so that only erasing it helps. */
export const isPukSpent = ({ puk }: Pick<DeviceInfo, 'puk'>): boolean =>
  puk !== null && (puk.blocked || (puk.retriesLeft ?? MIN_TRIES) < MIN_TRIES);
