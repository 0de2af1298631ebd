import type { DeviceId } from '@cardwright/protocol';
import type { JudgedDevice } from './judged-device.js';

/** What the user selects a device with. */
export interface Selection {
  readonly selected: DeviceId | null;
  readonly select: (id: DeviceId) => void;
}

/** That one of the devices which is selected and can be taken. */
export const selectedAmong = (
  devices: readonly JudgedDevice[],
  selected: Selection['selected'],
): JudgedDevice | undefined => devices.find(({ device, action }) => action !== null && device.id === selected);
