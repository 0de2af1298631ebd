import { isInUse, PHONE } from '@cardwright/cms/devices';
import type { Device } from '@cardwright/cms/store';

/**
 * True if the user can delete the device here: a mobile one that no operator has suspended. Otherwise a suspended phone could be
 * enrolled again at once, which would defeat the suspension.
 */
export const isDeletable = ({ model, state }: Pick<Device, 'model' | 'state'>): boolean =>
  model === PHONE && isInUse(state) && state !== 'suspended';
