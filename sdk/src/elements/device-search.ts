import {
  CardwrightError,
  type DeviceId,
  type DeviceInfo,
  type DeviceListing,
  type Eligibility,
} from '@cardwright/protocol';
import type { Client } from '../client.js';
import type { Cms } from '../cms.js';
import type { Candidate, Pane } from './pane.js';

/**
 * Finds the one device to issue: a single usable one is taken at once, also when it is inserted later; of several the user
 * chooses. Once the user was shown a choice, nothing is taken without her, whatever is pulled or inserted.
 */
export class DeviceSearch {
  #take: (device: DeviceInfo) => void = () => undefined;
  #give: (error: unknown) => void = () => undefined;
  #candidates: readonly Candidate[] = [];
  #listings = 0;
  #isUserChoosing = false;

  constructor(
    private readonly client: Client,
    private readonly cms: Cms,
    private readonly signal: AbortSignal,
    /** A device with which the user goes on. */
    private readonly preferred: DeviceId | null,
    private readonly show: (pane: Pane) => void,
  ) {}

  /** @throws CardwrightError `CANCELLED`, or what listing the devices or asking the CMS threw */
  async find(): Promise<DeviceInfo> {
    const found = new Promise<DeviceInfo>((resolve, reject) => {
      this.#take = resolve;
      this.#give = reject;
    });
    const cancel = (): void => this.#give(new CardwrightError('CANCELLED'));
    const lose = (): void => this.#give(this.client.closed.reason);
    this.signal.addEventListener('abort', cancel);
    this.client.closed.addEventListener('abort', lose);
    this.show({ name: 'search' });
    const stop = this.client.on('device.changed', (listing) => void this.#judge(listing));
    this.refresh();
    try {
      return await found;
    } finally {
      stop();
      this.signal.removeEventListener('abort', cancel);
      this.client.closed.removeEventListener('abort', lose);
    }
  }

  /** Looks again. */
  refresh(): void {
    this.client.call('device.list', {}, { signal: this.signal }).then(
      (listing) => this.#judge(listing),
      (error: unknown) => this.#give(error),
    );
  }

  /** Takes the device that the user chose. */
  choose(id: DeviceId): void {
    const chosen = this.#candidates.find(({ device, isUsable }) => isUsable && device.id === id);
    if (chosen) this.#take(chosen.device);
  }

  async #judge(listing: DeviceListing): Promise<void> {
    this.#listings += 1;
    const turn = this.#listings;
    try {
      const verdicts = await this.cms.eligibility(listing.devices, this.signal);
      // Another listing came while the CMS was thinking.
      if (turn === this.#listings) this.#decide(listing, verdicts);
    } catch (error) {
      this.#give(error);
    }
  }

  #decide({ readers, devices }: DeviceListing, verdicts: readonly Eligibility[]): void {
    this.#candidates = devices.map((device) => candidateOf(device, verdicts));
    const usable = this.#candidates.filter(({ isUsable }) => isUsable);
    const preferred = usable.find(({ device }) => device.id === this.preferred);
    const only = usable.length === 1 && !this.#isUserChoosing ? usable[0] : undefined;
    const taken = preferred ?? only;
    if (taken) {
      this.#take(taken.device);
      return;
    }
    this.#isUserChoosing = usable.length > 0;
    const candidates = this.#candidates;
    if (usable.length === 0) this.show({ name: 'connect', hasReader: readers.length > 0, candidates });
    else this.show({ name: 'choose', candidates });
  }
}

function candidateOf(device: DeviceInfo, verdicts: readonly Eligibility[]): Candidate {
  const verdict = verdicts.find((one) => one.device === device.id);
  const action = verdict?.action ?? null;
  return {
    device,
    isUsable: action === 'issue' || action === 'continue',
    reason: verdict?.reason ?? null,
    mustBeErased: action === 'erase',
  };
}
