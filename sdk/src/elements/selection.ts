import type { DeviceId } from '@cardwright/protocol/devices';
import type { JudgedDevice } from './judged-device.js';

/** The selected device, and the function that selects a device. */
export interface Selection {
  readonly selected: DeviceId | null;
  readonly select: (id: DeviceId) => void;
}

/** Returns the selected device; undefined if no device is selected, or if the selected device is not connected or cannot be taken. */
export const selectedAmong = (
  devices: readonly JudgedDevice[],
  selected: Selection['selected'],
): JudgedDevice | undefined => devices.find(({ device, action }) => action !== null && device.id === selected);
