import type { DeviceId } from '@cardwright/protocol/devices';
import type { JudgedDevice } from './judged-device.js';

/** The user's means of selecting a device. */
export interface Selection {
  readonly selected: DeviceId | null;
  readonly select: (id: DeviceId) => void;
}

/** Returns the selected device, if it can be taken. */
export const selectedAmong = (
  devices: readonly JudgedDevice[],
  selected: Selection['selected'],
): JudgedDevice | undefined => devices.find(({ device, action }) => action !== null && device.id === selected);
