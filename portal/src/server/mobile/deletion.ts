import { isInUse, PHONE } from '@cardwright/cms/devices';
import type { Device } from '@cardwright/cms/store';

/**
 * True if the owner may delete the device on My Devices: a mobile device in use that no operator has suspended. Without this rule, the owner of
 * a suspended phone could delete the phone and enrol it again at once.
 */
export const isDeletable = ({ model, state }: Pick<Device, 'model' | 'state'>): boolean =>
  model === PHONE && isInUse(state) && state !== 'suspended';
