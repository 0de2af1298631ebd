import {
  asCardwrightError,
  isCardwrightError,
  type DeviceId,
  type DeviceInfo,
  type Progress,
} from '@cardwright/protocol';
import type { Client } from '../client.js';
import type { Cms } from '../cms.js';
import { runOperation, type OperationStatus } from '../operation.js';
import { checkComputer, checksAt } from './check-computer.js';
import { DeviceSearch } from './device-search.js';
import { stepOf, type Issued, type Pane } from './pane.js';

/**
 * What the wizard does, without how it looks: check the computer, find the device, issue it, have the PIN changed. Every try is a
 * session of its own, so that going on after an error begins on firm ground; the CMS knows where an issuance stands.
 */
export class Issuance {
  readonly #cancelled = new AbortController();
  #pane: Pane | undefined;
  #client: Client | undefined;
  #search: DeviceSearch | undefined;
  #wish: (() => void) | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly cms: Cms,
    private readonly onPane: (pane: Pane) => void,
    private readonly onIssued: (issued: Issued) => void,
  ) {}

  /** Begins, or begins again; with a device goes on with it as soon as it is seen. */
  run(preferred: DeviceInfo | null = null): void {
    this.#running = this.#run(preferred);
  }

  /** The user wants to be asked for access again. */
  askForAccess(): void {
    this.#wish?.();
  }

  refresh(): void {
    this.#search?.refresh();
  }

  choose(id: DeviceId): void {
    this.#search?.choose(id);
  }

  /**
   * Ends everything; resolves when nothing runs any more. An operation that runs is cancelled at the CMS, which knows what
   * was applied.
   */
  async cancel(): Promise<void> {
    this.#cancelled.abort();
    this.#wish?.();
    await this.#running;
    this.#client?.close();
  }

  async #run(preferred: DeviceInfo | null): Promise<void> {
    let device = preferred;
    try {
      this.#client?.close();
      this.#client = await this.#check();
      device = await this.#find(this.#client, preferred?.id ?? null);
      await this.#issue(this.#client, device);
    } catch (thrown) {
      if (this.#cancelled.signal.aborted) return;
      this.#fail(thrown, device);
    }
  }

  #check(): Promise<Client> {
    return checkComputer({
      signal: this.#cancelled.signal,
      onChecks: (checks) => this.#show({ name: 'check', checks }),
      waitForConsentWish: (checks) => {
        this.#show({ name: 'allow', checks });
        return new Promise((resolve) => {
          this.#wish = resolve;
        });
      },
    });
  }

  async #find(client: Client, preferred: DeviceId | null): Promise<DeviceInfo> {
    this.#search = new DeviceSearch(client, this.cms, this.#cancelled.signal, preferred, (pane) => this.#show(pane));
    try {
      return await this.#search.find();
    } finally {
      this.#search = undefined;
    }
  }

  async #issue(client: Client, found: DeviceInfo): Promise<void> {
    const { signal } = this.#cancelled;
    const onStatus = (status: OperationStatus | null): void => this.#show({ name: 'issue', device: found, status });
    const onProgress = ({ kind }: Progress): void => {
      if (kind === 'waiting') onStatus({ phase: 'authenticate', progress: 0, turn: 'waiting' });
    };
    onStatus(null);
    const { device } = await client.call('device.open', { device: found.id }, { signal, onProgress });
    const answer = await runOperation({ cms: this.cms, client, kind: 'issue', device, signal, onStatus }).finally(() =>
      letGo(client),
    );
    if (answer.error) this.#show({ name: 'pending', device, canRetry: await this.#canGoOn(client, device) });
    else this.onIssued({ device, operation: answer.operation, deviceState: answer.deviceState });
  }

  /** Whether the CMS still lets the user choose the PIN herself. The card may have another id by now: it got its CHUID. */
  async #canGoOn(client: Client, { reader }: DeviceInfo): Promise<boolean> {
    const { devices } = await client.call('device.list', {});
    const same = devices.filter((device) => device.reader === reader);
    const [verdict] = await this.cms.eligibility(same);
    return verdict?.action === 'continue';
  }

  #fail(thrown: unknown, device: DeviceInfo | null): void {
    const error = asCardwrightError(thrown, (incident, defect) =>
      console.error(`Cardwright incident ${incident}`, defect),
    );
    const step = this.#pane ? stepOf(this.#pane) : 'check';
    const checks = step === 'check' ? checksAt(error) : null;
    const isIssuing = step === 'issue' || step === 'pin';
    // A closed session, or a device that is gone, is no reason to forget which one it was.
    const goesOn = isIssuing && !isCardwrightError(error, 'DEVICE_NOT_ELIGIBLE') ? device : null;
    this.#show({ name: 'error', step, error, checks, device: goesOn });
  }

  #show(pane: Pane): void {
    if (this.#cancelled.signal.aborted) return;
    this.#pane = pane;
    this.onPane(pane);
  }
}

/** Lets the device go. Where the host does not answer to that, the end of the session makes it. */
async function letGo(client: Client): Promise<void> {
  try {
    await client.call('device.close', {});
  } catch (error) {
    console.warn('Cardwright: the session is ended to let the device go', error);
    client.close();
  }
}
