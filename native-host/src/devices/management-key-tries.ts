import type { DeviceId } from '@cardwright/protocol/devices';
import { MAX_MANAGEMENT_KEY_REFUSALS } from '@cardwright/protocol/limits';

/** Counts the management keys that each device has refused in this session, so that a card that counts wrong keys does not run out of tries. */
export class ManagementKeyTries {
  readonly #refusals = new Map<DeviceId, number>();

  /** True if another key may be tried on the device. */
  mayTry(id: DeviceId): boolean {
    return this.#refusalsOf(id) < MAX_MANAGEMENT_KEY_REFUSALS;
  }

  noteRefusal(id: DeviceId): void {
    this.#refusals.set(id, this.#refusalsOf(id) + 1);
  }

  /**
   * Forgets the refusals of a device. Call this method when the device has accepted a key or was erased, because the device's own counter
   * restarts then too.
   */
  restart(id: DeviceId): void {
    this.#refusals.delete(id);
  }

  #refusalsOf(id: DeviceId): number {
    return this.#refusals.get(id) ?? 0;
  }
}
