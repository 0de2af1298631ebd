import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { Eligibility } from '@cardwright/protocol/cms';
import type { DeviceId, DeviceInfo } from '@cardwright/protocol/devices';
import type { Progress } from '@cardwright/protocol/messages';
import { PROVE_OWNER } from '@cardwright/protocol/mobile';
import type { Client } from '../../client.js';
import type { CmsClient } from '../../cms-client.js';
import { NOT_STARTED, runOperation, type OperationProgress } from '../../operation.js';
import { ComputerCheck } from '../computer-check.js';
import { DeviceSearch, type Judge } from '../device-search.js';
import { reasonOf } from '../text.js';
import { releaseAfter } from '../release-device.js';
import type { ProofPane } from './mobile-pane.js';

/**
 * Lets one of the user's active devices prove the user's identity, by an operation of the CMS. If a single device with PIV is connected, it
 * is taken at once. A device that the CMS refuses stays in the list with the reason, and the user chooses or connects another device.
 */
export class OwnerProof {
  readonly #check: ComputerCheck;
  readonly #refused = new Map<DeviceId, string | null>();
  #search: DeviceSearch | undefined;

  constructor(
    private readonly cms: CmsClient,
    private readonly signal: AbortSignal,
    private readonly show: (pane: ProofPane) => void,
  ) {
    this.#check = new ComputerCheck(signal, show);
  }

  /**
   * Finds a device and runs the operation on it, until the CMS accepts a device. Afterwards ends the session with the host, also after an
   * error.
   *
   * @returns the id of the finished operation
   * @throws CardwrightError the reason why there is no proof: an error of `ComputerCheck.pass`, `DeviceSearch.find`, `device.open` or
   * `runOperation`
   */
  async prove(): Promise<string> {
    try {
      const client = await this.#check.pass();
      for (;;) {
        const device = await this.#find(client);
        try {
          return await this.#sign(client, device);
        } catch (error) {
          if (!isCardwrightError(error, 'DEVICE_NOT_ELIGIBLE')) throw error;
          this.#refused.set(device.id, reasonOf(error));
        }
      }
    } finally {
      this.#check.close();
    }
  }

  askForAccess(): void {
    this.#check.askForAccess();
  }

  /** Brings to the front the extension window that waits for the user (`ComputerCheck.showWindow`). */
  showWindow(): Promise<void> {
    return this.#check.showWindow();
  }

  refresh(): void {
    (this.#search ?? this.#check).refresh();
  }

  choose(id: DeviceId): void {
    this.#search?.choose(id);
  }

  async #find(client: Client): Promise<DeviceInfo> {
    const judge: Judge = (devices) => Promise.resolve(devices.map((one) => this.#judge(one)));
    // After a refusal, the user chooses, as long as a usable device is connected.
    const options = { wanted: null, isUserChoosing: this.#refused.size > 0 };
    const search = new DeviceSearch(client, judge, this.signal, options, this.show);
    this.#search = search;
    const { device } = await search.find().finally(() => {
      this.#search = undefined;
    });
    return device;
  }

  /**
   * Returns the verdict on a device: every device with PIV that the CMS has not refused is offered. Only the operation itself finds out
   * whether the device belongs to the user.
   */
  #judge(device: DeviceInfo): Eligibility {
    const isUsable = device.applications.includes('piv') && !this.#refused.has(device.id);
    return { device: device.id, action: isUsable ? 'start' : null, reason: this.#refused.get(device.id) ?? null };
  }

  async #sign(client: Client, found: DeviceInfo): Promise<string> {
    const { cms, signal } = this;
    const onStatus = (status: OperationProgress | null): void => this.show({ name: 'prove', device: found, status });
    const onProgress = ({ kind }: Progress): void => {
      if (kind === 'waiting') onStatus({ ...NOT_STARTED, turn: 'waiting' });
    };
    onStatus(null);
    const { device } = await client.call('device.open', { device: found.id }, { signal, onProgress });
    const run = runOperation({ cms, client, kind: PROVE_OWNER, device, signal, onStatus });
    const { operation, error } = await releaseAfter(run, client);
    if (error) throw CardwrightError.fromWire(error);
    return operation;
  }
}
