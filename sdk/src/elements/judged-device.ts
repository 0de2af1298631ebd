import type { Eligibility } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';

/** A connected device with the CMS's verdict. */
export interface JudgedDevice {
  readonly device: DeviceInfo;
  /** The action that the CMS allows with this device; null if the CMS allows no action. */
  readonly action: Eligibility['action'];
  /** The CMS's reason for its verdict: why it refuses, what will be lost, or a hint; null if the CMS gives no reason. */
  readonly reason: string | null;
}
