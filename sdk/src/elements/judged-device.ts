import type { DeviceInfo, Eligibility } from '@cardwright/protocol';

/** A connected device with what the CMS says of it. */
export interface JudgedDevice {
  readonly device: DeviceInfo;
  /** What the user may do with it; null means nothing. */
  readonly action: Eligibility['action'];
  /** Why not, what will be lost, or what the user should know; null where the CMS gives no reason. */
  readonly reason: string | null;
}
