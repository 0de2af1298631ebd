import { CardwrightError, asCardwrightError, isCardwrightError } from '@cardwright/protocol';
import { PIN_PHASE, type Eligibility, type StartRequest } from '@cardwright/protocol/cms';
import type { DeviceId, DeviceInfo } from '@cardwright/protocol/devices';
import type { Progress } from '@cardwright/protocol/messages';
import type { Client } from '../client.js';
import type { CmsClient } from '../cms-client.js';
import { NOT_STARTED, runOperation, type OperationAbout, type OperationProgress } from '../operation.js';
import type { PasskeyOrder } from '../passkey-order.js';
import type { JudgedDevice } from './judged-device.js';
import { checksAfter } from './check-computer.js';
import { checksAt } from './checks.js';
import { ComputerCheck } from './computer-check.js';
import { DeviceSearch } from './device-search.js';
import type { Done } from './operations/definition.js';
import { isRunning, stepOf, type Pane, type RunningPane } from './panes.js';
import { isAboutCode } from './panes/code.js';
import { passkeyTaskOf } from './passkey-task.js';
import { releaseAfter } from './release-device.js';
import { isBeingWrittenOver, isErasing, isErasureAsked, type RunFacts } from './run-facts.js';
import { wantAgain, type WantedDevice } from './wanted-device.js';

/** Receives the progress of a run. */
export interface RunListener {
  readonly onPane: (pane: Pane) => void;
  readonly onDone: (done: Done) => void;
  /** Called when only a reload of the page helps, with the device with which the operation then continues; null if no device was taken. */
  readonly onReloadNeeded: (wanted: WantedDevice | null) => void;
}

/** The operation to run. */
export interface RunOptions {
  readonly kind: StartRequest['kind'];
  /** Set if the operation issues a device, which is then new to its user. */
  readonly isIssuance: boolean;
  /** What the operation is about, beyond its kind and device. */
  readonly about: OperationAbout;
}

/**
 * The logic of the wizard, without its appearance: it checks the computer, finds the device, and runs the operation. Every attempt opens its
 * own session, so that it starts from a known state. The CMS knows the operation's progress, so an attempt continues an interrupted
 * operation.
 */
export class OperationRun {
  readonly #cancelled = new AbortController();
  #pane: Pane = { name: 'check', checks: checksAt('extension', 'running') };
  readonly #check = new ComputerCheck(this.#cancelled.signal, (pane) => this.#show(pane));
  #search: DeviceSearch | undefined;
  /** The device with which the operation continues after an error. */
  #wanted: WantedDevice | null = null;
  /**
   * Set if the operation's progress is kept after an error, because the device is `producing` or `pending`. If this is not set, the operation
   * starts from the beginning after an error.
   */
  #isKept = false;
  /** Set if no device may be taken without the user's choice, because the user was shown a choice or asked for a choice. */
  #isUserChoosing = false;
  /** Set if the device may have been changed in such a way that it cannot be used until the operation is finished. */
  #isHalfDone = false;
  /** The passkeys that the CMS has ordered so far for the wanted device, by their origins. */
  readonly #passkeys = new Map<string, PasskeyOrder>();
  /** The operator's one-time code for the wanted device. The CMS accepts it again when the same operation continues. */
  #code: string | undefined;
  #isExtensionLost = false;
  /** Set if the user has proved their identity, and the CMS has not continued since. */
  #hasProved = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly cms: CmsClient,
    private readonly options: RunOptions,
    private readonly listener: RunListener,
  ) {}

  /**
   * Starts the operation, or starts it again. A wanted device is taken as soon as it is connected and usable. A one-time code is sent when
   * the operation starts on the device.
   */
  run(wanted: WantedDevice | null = null, code?: string): void {
    if (code !== undefined) this.#code = code;
    this.#running = this.#run(wanted);
  }

  /** Starts the operation again, and lets the user choose the device. */
  runWithChoice(): void {
    this.#isUserChoosing = true;
    this.run();
  }

  /** Continues with the same device after the user has proved their identity. Does nothing if the wizard is not asking for this proof. */
  proved(): void {
    if (this.#pane.name !== 'prove') return;
    this.#hasProved = true;
    this.run(this.#pane.wanted);
  }

  /** Asks the user for access again, because the user wishes it. */
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

  /** Ends the run, and resolves when nothing is running any more. A running operation is cancelled at the CMS, if the CMS can be reached. */
  async cancel(): Promise<void> {
    this.#cancelled.abort();
    await this.#running;
    this.#check.close();
  }

  async #run(wanted: WantedDevice | null): Promise<void> {
    this.#wanted = wanted;
    try {
      const client = await this.#check.pass();
      for (let isTaken = false; !isTaken;) isTaken = await this.#takeOne(client);
    } catch (thrown) {
      if (!this.#cancelled.signal.aborted) this.#fail(thrown);
    }
  }

  /**
   * Finds a device and runs the operation on it. Returns false if the user closes the extension's window that asks whether to erase the
   * device, before anything was changed.
   */
  async #takeOne(client: Client): Promise<boolean> {
    const options = { wanted: this.#wanted, isUserChoosing: this.#isUserChoosing };
    const search = new DeviceSearch(client, this.#judge, this.#cancelled.signal, options, (pane) => this.#show(pane));
    this.#search = search;
    const chosen = await search.find().finally(() => {
      this.#search = undefined;
    });
    this.#isUserChoosing = false;
    if (this.#wanted === null) {
      this.#passkeys.clear();
      this.#code = undefined;
    }
    this.#wanted = wantAgain(chosen.device, chosen.action === 'erase');
    try {
      await this.#operate(client, chosen);
      return true;
    } catch (error) {
      if (chosen.action !== 'erase' || this.#isHalfDone || !isCardwrightError(error, 'USER_CANCELLED')) throw error;
      this.#wanted = null;
      this.#isUserChoosing = true;
      return false;
    }
  }

  async #operate(client: Client, chosen: JudgedDevice): Promise<void> {
    const { signal } = this.#cancelled;
    this.#isHalfDone = chosen.action === 'continue';
    this.#isKept = false;
    // Until the device is erased, the device state in the CMS's answers describes the device's previous content.
    let isToBeErased = chosen.action === 'erase';
    const passkeys = this.#passkeys;
    const onStatus = (status: OperationProgress | null): void => {
      if (isErasing(status)) isToBeErased = false;
      if (isToBeErased && isBeingWrittenOver(status)) {
        isToBeErased = false;
        this.#isHalfDone = true;
      }
      if (status && !isToBeErased) this.#noteChanges(status);
      if (status?.phase) this.#hasProved = false;
      if (status?.passkey) passkeys.set(status.passkey.origin, status.passkey);
      const { device } = chosen;
      this.#show(paneOf({ status, device, passkeys: [...passkeys.values()], isHalfDone: this.#isHalfDone }));
    };
    const onProgress = ({ kind }: Progress): void => {
      if (kind === 'waiting') onStatus({ ...NOT_STARTED, turn: 'waiting' });
    };
    onStatus(null);
    const { device } = await client.call('device.open', { device: chosen.device.id }, { signal, onProgress });
    const { cms, options } = this;
    const code = this.#code;
    const { kind, about } = options;
    const run = runOperation({ cms, client, kind, device, code, ...about, signal, onStatus });
    const outcome = await releaseAfter(run, client).catch((error: unknown) => this.#whyPinIsLeft(error));
    if (outcome instanceof CardwrightError) {
      await this.#leavePending(client, outcome);
      return;
    }
    const { operation, deviceState, uses = [] } = outcome;
    const error = outcome.error && CardwrightError.fromWire(outcome.error);
    if (error !== null && deviceState === 'pending') {
      await this.#leavePending(client, error);
    } else if (error !== null) {
      throw error;
    } else if (deviceState === 'awaiting-approval') {
      this.#show({ name: 'awaiting-approval' });
    } else {
      this.listener.onDone({ device, operation, deviceState });
      this.#show({ name: 'ready', device, passkeys: [...passkeys.values()], isNew: options.isIssuance, uses });
    }
  }

  /**
   * Returns the error if the user closed the PIN window, or let its time pass, while only the PIN was missing: the wizard shows a pane of its
   * own for this case. Rethrows any other error.
   */
  #whyPinIsLeft(error: unknown): CardwrightError {
    const status = isRunning(this.#pane) ? this.#pane.status : null;
    const isAtPin = status?.deviceState === 'pending' && status.phase?.name === PIN_PHASE;
    if (isAtPin && (isCardwrightError(error, 'USER_CANCELLED') || isCardwrightError(error, 'USER_TIMEOUT')))
      return error;
    throw error;
  }

  /**
   * Notes how far the device has been changed. Once the CMS has a record of the device, the operation may have written a new GUID to the
   * device. A device without a serial number can then no longer be found by its former GUID.
   */
  #noteChanges(status: OperationProgress): void {
    const { deviceState } = status;
    const isBegun = deviceState !== null;
    this.#isKept = deviceState === 'producing' || deviceState === 'pending';
    if (this.#wanted && isBegun) this.#wanted = { ...this.#wanted, isBegun };
    // As long as the device is active, stopping leaves it usable.
    this.#isHalfDone ||= (isBegun && deviceState !== 'active') || isErasing(status);
  }

  /** Shows that only the PIN is missing, and whether the CMS still lets the user set it. */
  async #leavePending(client: Client, error: CardwrightError): Promise<void> {
    const wanted = this.#wanted;
    if (!wanted) throw error;
    const { devices } = await client.call('device.list', {});
    // The card is found by its reader, because its id may have changed: the id may be made from the GUID in the CHUID, which the operation
    // has written.
    const same = devices.filter(({ reader }) => reader === wanted.reader);
    const [verdict] = await this.#judge(same);
    this.#show({ name: 'pending', wanted, error, canRetry: verdict?.action === 'continue' });
  }

  readonly #judge = (devices: readonly DeviceInfo[], signal?: AbortSignal): Promise<readonly Eligibility[]> =>
    this.cms.eligibility(this.options.kind, devices, signal);

  #fail(thrown: unknown): void {
    const error = asCardwrightError(thrown, (incident, defect) =>
      console.error(`Cardwright incident ${incident}`, defect),
    );
    if (error.recovery === 'another-device') {
      this.#wanted = null;
      this.#isUserChoosing = true;
    }
    // The user has asked to try again after the extension was lost. If the page can reach the extension only after a reload, the user is not
    // asked once more.
    if (this.#isExtensionLost && error.recovery === 'reload') {
      this.listener.onReloadNeeded(this.#wanted);
      return;
    }
    this.#isExtensionLost = error.code === 'EXTENSION_LOST';
    if (isCardwrightError(error, 'LOGIN_REQUIRED') && error.data.fresh) {
      this.#show({ name: 'prove', wanted: this.#wanted, isAgain: this.#hasProved });
      return;
    }
    if (isAboutCode(error) && this.#wanted) {
      this.#code = undefined;
      this.#show({ name: 'code', wanted: this.#wanted, error });
      return;
    }
    const step = stepOf(this.#pane);
    const checks = 'checks' in this.#pane && this.#pane.checks ? checksAfter(error, this.#pane.checks) : null;
    this.#show({ name: 'error', step, error, checks, wanted: this.#wanted, isKept: this.#isKept });
  }

  #show(pane: Pane): void {
    if (this.#cancelled.signal.aborted) return;
    this.#pane = pane;
    this.listener.onPane(pane);
  }
}

/** Returns the pane for the progress of an operation. */
function paneOf(facts: RunFacts): RunningPane {
  const { status } = facts;
  if (isErasureAsked(status)) return { name: 'erase', ...facts };
  const task = passkeyTaskOf(status);
  if (task !== null) return { name: 'passkey', task, ...facts };
  if (status?.phase?.name === PIN_PHASE) return { name: 'pin', ...facts, status };
  return { name: 'progress', ...facts };
}
