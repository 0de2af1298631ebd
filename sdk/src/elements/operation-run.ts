import {
  CardwrightError,
  asCardwrightError,
  isCardwrightError,
  PIN_PHASE,
  type DeviceId,
  type DeviceInfo,
  type Eligibility,
  type Progress,
  type StartRequest,
} from '@cardwright/protocol';
import type { Client } from '../client.js';
import type { Cms } from '../cms.js';
import { NOT_STARTED, runOperation, type OperationStatus } from '../operation.js';
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
import { releaseDevice } from './release-device.js';
import { isBeingWrittenOver, isErasing, isErasureAsked, type RunFacts } from './run-facts.js';
import { wantAgain, type WantedDevice } from './wanted-device.js';

/** Receives the progress of an operation. */
export interface RunListener {
  readonly onPane: (pane: Pane) => void;
  readonly onDone: (done: Done) => void;
  /** Only a reload of the page helps. */
  readonly onReloadNeeded: (wanted: WantedDevice | null) => void;
}

/** Which operation is run. */
export interface RunOptions {
  readonly kind: StartRequest['kind'];
  /** Whether it issues a device, which then is new to its user. */
  readonly isIssuance: boolean;
}

/**
 * What the wizard does, apart from how it looks: check the computer, find the device, and run the operation on it. Every try is a
 * session of its own, so each starts from a known state. The CMS knows how far an operation is.
 */
export class OperationRun {
  readonly #cancelled = new AbortController();
  #pane: Pane = { name: 'check', checks: checksAt('extension', 'running') };
  readonly #check = new ComputerCheck(this.#cancelled.signal, (pane) => this.#show(pane));
  #search: DeviceSearch | undefined;
  /** The device with which it continues after an error. */
  #wanted: WantedDevice | null = null;
  /** Whether the operation rests with what it has done. One that has failed begins anew. */
  #isKept = false;
  /** Nothing is taken without asking, because the user was shown a choice or wants one. */
  #isUserChoosing = false;
  /** Whether the device may have been changed so that it cannot be used until the operation is finished. */
  #isHalfDone = false;
  /** The passkeys of the wanted device that were ordered so far, by their services' origins. */
  readonly #passkeys = new Map<string, PasskeyOrder>();
  /** The one-time code for the wanted device. The CMS takes it again where the same operation continues. */
  #code: string | undefined;
  #isExtensionLost = false;
  /** Whether its user has proved who they are, and no step has come since. */
  #hasProved = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly cms: Cms,
    private readonly options: RunOptions,
    private readonly listener: RunListener,
  ) {}

  /** Begins, or begins again; given a wanted device, continues with it as soon as it is seen, and with the code that it takes. */
  run(wanted: WantedDevice | null = null, code?: string): void {
    if (code !== undefined) this.#code = code;
    this.#running = this.#run(wanted);
  }

  /** Begins again, and takes nothing without asking. */
  runWithChoice(): void {
    this.#isUserChoosing = true;
    this.run();
  }

  /** Its user has proved who they are: continues with the same device. Means nothing while nobody was asked for that. */
  proved(): void {
    if (this.#pane.name !== 'prove') return;
    this.#hasProved = true;
    this.run(this.#pane.wanted);
  }

  /** The user wants to be asked for access again. */
  askForAccess(): void {
    this.#check.askForAccess();
  }

  /** As `ComputerCheck.showWindow`. */
  showWindow(): Promise<void> {
    return this.#check.showWindow();
  }

  refresh(): void {
    (this.#search ?? this.#check).refresh();
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

  /** Finds a device and runs the operation on it; false when the user, asked in the extension's window, does not want to erase it. */
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
    // Until it is erased, the CMS reports the state of what was on it before.
    let isToBeErased = chosen.action === 'erase';
    const passkeys = this.#passkeys;
    const onStatus = (status: OperationStatus | null): void => {
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
    const outcome = await runOperation({ cms, client, kind: options.kind, device, code, signal, onStatus })
      .catch((error: unknown) => this.#whyPinIsLeft(error))
      .finally(() => releaseDevice(client));
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

  /** Why only the PIN is left, where its window was closed: that is an outcome of its own. Anything else is thrown again. */
  #whyPinIsLeft(error: unknown): CardwrightError {
    const status = isRunning(this.#pane) ? this.#pane.status : null;
    const isAtPin = status?.deviceState === 'pending' && status.phase?.name === PIN_PHASE;
    if (isAtPin && (isCardwrightError(error, 'USER_CANCELLED') || isCardwrightError(error, 'USER_TIMEOUT')))
      return error;
    throw error;
  }

  /** A CMS that has a row for the device has given it a GUID, so one without a serial number is no longer found by its former GUID. */
  #noteChanges(status: OperationStatus): void {
    const { deviceState } = status;
    const isBegun = deviceState !== null;
    this.#isKept = deviceState === 'producing' || deviceState === 'pending';
    if (this.#wanted && isBegun) this.#wanted = { ...this.#wanted, isBegun };
    // One that is active is as good as before.
    this.#isHalfDone ||= (isBegun && deviceState !== 'active') || isErasing(status);
  }

  /** The device is whole but for its PIN; tells also whether the CMS still lets its user set it. */
  async #leavePending(client: Client, error: CardwrightError): Promise<void> {
    const wanted = this.#wanted;
    if (!wanted) throw error;
    const { devices } = await client.call('device.list', {});
    // The card may have another id by now, because it got its CHUID.
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
    // An extension that was updated meanwhile reaches this page only after a reload.
    if (this.#isExtensionLost && error.code === 'EXTENSION_MISSING') {
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

/** The pane for how far an operation is. */
function paneOf(facts: RunFacts): RunningPane {
  const { status } = facts;
  if (isErasureAsked(status)) return { name: 'erase', ...facts };
  const task = passkeyTaskOf(status);
  if (task !== null) return { name: 'passkey', task, ...facts };
  if (status?.phase?.name === PIN_PHASE) return { name: 'pin', ...facts, status };
  return { name: 'progress', ...facts };
}
