import { isInUse, PHONE, type Device } from '@cardwright/cms';

/**
 * Whether its user can delete a device here: a mobile one that no operator has suspended. Else it could be enrolled again at once, and the
 * operator's word would mean nothing.
 */
export const isDeletable = ({ model, state }: Pick<Device, 'model' | 'state'>): boolean =>
  model === PHONE && isInUse(state) && state !== 'suspended';
