import type { Eligibility } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';

/** A connected device with the CMS's verdict. */
export interface JudgedDevice {
  readonly device: DeviceInfo;
  /** The user's possible action; null for none. */
  readonly action: Eligibility['action'];
  /** The reason for a refusal, the loss to expect, or a hint; null if the CMS gives no reason. */
  readonly reason: string | null;
}
