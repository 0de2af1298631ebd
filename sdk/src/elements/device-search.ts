import type { Eligibility } from '@cardwright/protocol/cms';
import type { DeviceId, DeviceInfo, DeviceListing } from '@cardwright/protocol/devices';
import type { Client } from '../client.js';
import type { JudgedDevice } from './judged-device.js';
import { DeviceWatch } from './device-watch.js';
import type { SearchingPane } from './panes.js';
import { findWanted, isAmong, type WantedDevice } from './wanted-device.js';

/** Returns, for each device, whether the operation is possible. */
export type Judge = (devices: readonly DeviceInfo[], signal: AbortSignal) => Promise<readonly Eligibility[]>;

export interface SearchOptions {
  /** The only device that is taken without the user's choice, as soon as it is connected and usable. Null if any single device may be taken. */
  readonly wanted: WantedDevice | null;
  /** Set if the user chooses the device, as long as a usable device stays connected. A wanted device is taken all the same. */
  readonly isUserChoosing: boolean;
}

/**
 * Finds the device for the operation. A wanted device is taken as soon as it is usable. If no device is wanted, a single usable device is
 * taken at once, also if it is connected later; among several usable devices the user chooses. Once the user was shown a choice, the user
 * decides as long as a usable device stays connected; only a wanted device is still taken without the user's decision. A device that would
 * be erased is taken only if the user has chosen it.
 */
export class DeviceSearch {
  readonly #watch: DeviceWatch<JudgedDevice>;
  readonly #wanted: WantedDevice | null;
  #isUserChoosing: boolean;
  #judged: readonly JudgedDevice[] = [];

  constructor(
    client: Client,
    private readonly judge: Judge,
    private readonly signal: AbortSignal,
    { wanted, isUserChoosing }: SearchOptions,
    private readonly show: (pane: SearchingPane) => void,
  ) {
    this.#wanted = wanted;
    this.#isUserChoosing = isUserChoosing;
    this.#watch = new DeviceWatch(client, signal, (listing, isCurrent) => this.#look(listing, isCurrent));
  }

  /**
   * Starts the search, and resolves with the device that is taken.
   *
   * @throws CardwrightError `CANCELLED`, the reason why the session ended, or an error of `device.list` or of the `judge`
   */
  find(): Promise<JudgedDevice> {
    this.show({ name: 'search' });
    return this.#watch.find();
  }

  /** Lists the devices again. */
  refresh(): void {
    this.#watch.refresh();
  }

  /** Takes the device that the user chose. Does nothing if the device is not connected, or cannot be used. */
  choose(id: DeviceId): void {
    const chosen = this.#judged.find(({ device, action }) => action !== null && device.id === id);
    if (chosen) this.#watch.take(chosen);
  }

  async #look(listing: DeviceListing, isCurrent: () => boolean): Promise<JudgedDevice | undefined> {
    const verdicts = await this.judge(listing.devices, this.signal);
    // A newer listing may have arrived before the CMS answered. The older listing is then dropped.
    return isCurrent() ? this.#decide(listing, verdicts) : undefined;
  }

  #decide({ readers, devices }: DeviceListing, verdicts: readonly Eligibility[]): JudgedDevice | undefined {
    const judged = devices.map((device) => judgedBy(device, verdicts));
    this.#judged = judged;
    const taken = this.#pick(judged);
    if (taken) return taken;
    const isHere = this.#wanted !== null && isAmong(this.#wanted, judged);
    const wanted = isHere ? null : this.#wanted;
    if (judged.some(({ action }) => action !== null)) {
      this.#isUserChoosing = true;
      this.show({ name: 'choose', devices: judged, wanted });
    } else {
      this.#isUserChoosing = false;
      this.show({ name: 'connect', hasReader: readers.length > 0, devices: judged, wanted });
    }
    return undefined;
  }

  /** Returns the device that is taken without asking the user; undefined if the user has to connect or choose a device. */
  #pick(judged: readonly JudgedDevice[]): JudgedDevice | undefined {
    if (this.#wanted) {
      const found = findWanted(this.#wanted, judged);
      return found?.action !== 'erase' || this.#wanted.isErasable ? found : undefined;
    }
    // What will be lost is shown to the user first, whatever the operation.
    const harmless = judged.filter(
      ({ action, reason }) => action === 'continue' || (action === 'start' && reason === null),
    );
    return harmless.length === 1 && !this.#isUserChoosing ? harmless[0] : undefined;
  }
}

function judgedBy(device: DeviceInfo, verdicts: readonly Eligibility[]): JudgedDevice {
  const verdict = verdicts.find((one) => one.device === device.id);
  return { device, action: verdict?.action ?? null, reason: verdict?.reason ?? null };
}
