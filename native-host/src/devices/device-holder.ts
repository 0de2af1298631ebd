import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { DeviceId, DeviceInfo } from '@cardwright/protocol/devices';
import { DEVICE_IDLE_TIMEOUT, DEVICE_OPEN_PATIENCE } from '@cardwright/protocol/limits';
import { isOfAnotherProgram, isRemoval, isServiceError } from '../pcsc/pcsc-error.js';
import type { Readers } from '../pcsc/readers.js';
import { missingFrom, placeIn } from './identified-card.js';
import { IdleTimer } from './idle-timer.js';
import type { Inventory } from './inventory.js';
import { ManagementKeyTries } from './management-key-tries.js';
import { OpenDevice } from './open-device.js';
import { isReinserted, type ReinsertionOptions } from './reinsertion.js';
import type { UsbAuthenticators } from './usb-authenticators.js';

export interface ReleaseOptions {
  /** Signal of the command. The card is taken back even if this signal was aborted. */
  readonly signal: AbortSignal;
  readonly onWaiting: () => void;
  /** Milliseconds to wait for another program to release the card when this host takes it back. Default: `DEVICE_OPEN_PATIENCE`. */
  readonly patience?: number;
  /** Set when the user is to remove and reinsert the device while it is released. */
  readonly isReinserted?: boolean;
  /** Prepares the card before it is released. */
  readonly prepare?: () => Promise<void>;
  /** Restores the card once it is taken back, even if `prepare` or the work failed, or the page is gone. */
  readonly restore?: () => Promise<void>;
}

export interface OpenOptions {
  readonly signal: AbortSignal;
  readonly onWaiting: () => void;
  /** The models that the administrator allows, as in `Model.key`. Default: null, which allows all models. */
  readonly models?: readonly string[] | null;
}

type Removal = 'CARD_REMOVED' | 'READER_REMOVED';

/** The state of this session's device. */
type Holding =
  | { readonly state: 'none' }
  | Held
  /** A device was held until it was removed. */
  | { readonly state: 'pulled'; readonly removal: Removal };

interface Held {
  /** `lent` while the device is released for another program. The device is held again when it is taken back. If this fails, no device is held. */
  readonly state: 'held' | 'lent';
  readonly device: OpenDevice;
  /** The models that the administrator allows, as in `Model.key`; null if all models are allowed. */
  readonly models: readonly string[] | null;
  /** Aborted when the device is removed, or the smart card service ends, while a command runs. */
  readonly gone: AbortController;
}

const NONE: Holding = { state: 'none' };
/** The signal that is used while no device is held. This signal is never aborted. */
const NEVER = new AbortController().signal;

/**
 * Holds the one device of this session, from `open` until `close`, `shutdown` or the next `open`. Also releases the device when it is removed, when a
 * command fails because the card is mute or the smart card service has ended, and after `DEVICE_IDLE_TIMEOUT` without use.
 */
export class DeviceHolder {
  readonly managementKeyTries = new ManagementKeyTries();
  readonly #idle: IdleTimer;
  #holding: Holding = NONE;
  /** Reader of the device that was opened last; undefined until a device is opened. An unanswered APDU to this reader belongs to this session. */
  #reader: string | undefined;
  /** Settles when the lent device was taken back, or could not be taken back. Is settled while no device is lent. */
  #returning: Promise<unknown> = Promise.resolve();
  /** Settles when the device that was held last is released. Is settled if no device was held yet. */
  #releasing: Promise<void> = Promise.resolve();
  #isShutDown = false;

  constructor(
    private readonly readers: Readers,
    private readonly inventory: Inventory,
    private readonly onTrouble: (error: unknown) => void,
    private readonly usb?: UsbAuthenticators,
  ) {
    this.#idle = new IdleTimer(readers.clock, DEVICE_IDLE_TIMEOUT, () => this.#background(() => this.close()));
    readers.subscribe(() => this.#background(() => this.#closeIfPulled()));
  }

  /**
   * Returns the latest facts of the held device. Returns null if no device is held.
   *
   * @throws CardwrightError `CARD_REMOVED` or `READER_REMOVED` if the device was held until it was removed
   */
  heldDevice(): DeviceInfo | null {
    if (this.#holding.state === 'pulled') throw new CardwrightError(this.#holding.removal);
    return this.#held?.device.info ?? null;
  }

  /**
   * Signal that is aborted when the held device is removed, or the smart card service ends, while a command runs. The signal ends a command that
   * waits for its user. The reason of the abort is a `CardwrightError`.
   */
  get gone(): AbortSignal {
    return this.#held?.gone.signal ?? NEVER;
  }

  /** True while an APDU to the reader of the device opened last is unanswered. */
  get transmitting(): boolean {
    return this.#reader !== undefined && this.readers.isPending(this.#reader);
  }

  /**
   * Takes a device for this session. First releases the device that is held, if any.
   *
   * @throws CardwrightError `DEVICE_NOT_FOUND`, also after `shutdown`; `WRONG_DEVICE` if another device is in the reader where the device was seen
   *   last; `DEVICE_NOT_ALLOWED`; `CANCELLED` if `shutdown` was called while the device was being opened; and the errors of `Inventory.find` and
   *   `OpenDevice.open`
   */
  async open(id: DeviceId, { signal, onWaiting, models = null }: OpenOptions): Promise<DeviceInfo> {
    await this.close();
    const place = await this.inventory.find(id);
    if (!place) throw new CardwrightError(this.inventory.isReplaced(id) ? 'WRONG_DEVICE' : 'DEVICE_NOT_FOUND');
    if (!this.#mayOpen()) throw new CardwrightError('DEVICE_NOT_FOUND');
    this.#reader = place.reader;
    const options = { patience: DEVICE_OPEN_PATIENCE, mayShare: true, signal, usb: this.usb };
    const telling = { ...options, onWaiting: this.#telling(onWaiting) };
    const device = await this.#reporting(() =>
      OpenDevice.open(this.readers, place, id, telling, this.inventory.seenIn(place)),
    );
    // The session may have ended during the wait for the device.
    if (!this.#mayOpen()) {
      await device.close();
      throw new CardwrightError('CANCELLED');
    }
    // The model is now known from the card itself. A listing may be old or incomplete, so it cannot decide.
    if (!isAllowed(device, models)) {
      await device.close();
      throw new CardwrightError('DEVICE_NOT_ALLOWED', { model: device.model.key });
    }
    this.#holding = { state: 'held', device, models, gone: new AbortController() };
    this.#idle.start();
    return this.publish(device);
  }

  /**
   * Erases the PIV application of the open device. The device stays open, but its facts, and perhaps its id, change.
   *
   * @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE`, and the errors of `resetToFactory` and `identify`. After an error, the erasure can be
   *   repeated.
   */
  async erase(device: OpenDevice): Promise<DeviceInfo> {
    const { id } = device.info;
    await device.erase();
    this.managementKeyTries.restart(id);
    return this.publish(device);
  }

  /**
   * Releases the device while `work` runs, so that another program can use it, and then takes it back, even after an error. Meanwhile this host reads
   * no card in the device's reader, and the removal of the device ends no command. Afterwards all authentication to the card must be repeated.
   *
   * @throws CardwrightError `CARD_REMOVED` or `READER_REMOVED` if the device is gone, `WRONG_DEVICE` if another device is in the reader, or the
   *   device can no longer be used, and the other errors of `takeAndIdentify`. After these errors, the device is no longer open.
   * @throws any error of `prepare`, `work` or `restore`, once the device is back
   */
  whileReleased<T>(device: OpenDevice, options: ReleaseOptions, work: () => Promise<T>): Promise<T> {
    const lent = this.#lend(device, options, work);
    this.#returning = lent.catch(() => undefined);
    return lent;
  }

  /**
   * Waits until the user has removed and reinserted the released device. Resolves with true when this has happened, and with false when the time
   * limit of `options` ends first.
   *
   * @throws CardwrightError `CANCELLED`
   */
  isReinserted({ place }: OpenDevice, options: ReinsertionOptions): Promise<boolean> {
    return isReinserted(this.readers, place, options);
  }

  /** Waits until a lent device is back, then resets and releases the card of the held device, if any. */
  async close(): Promise<void> {
    await this.#returning;
    await this.#release(NONE);
  }

  /** Closes the device and the connection to the readers. No device can be opened afterwards. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    await this.close();
    await this.readers.close();
  }

  /**
   * Runs one command on the held device. Once the signal is aborted, sends no APDU except those that end a running command of the FIDO2 application.
   *
   * Closes the device if its card was removed, if the smart card service ended, or if the card is mute and no APDU is still unanswered. While an APDU
   * is unanswered, the connection cannot be closed: only the end of this process frees the card.
   *
   * @throws CardwrightError `DEVICE_NOT_OPEN` if no device is held, `CARD_REMOVED` or `READER_REMOVED` if the device was held until it was removed,
   *   and any error of `work`
   */
  async use<T>(signal: AbortSignal, work: (device: OpenDevice) => Promise<T>): Promise<T> {
    await this.#returning;
    const device = this.#held?.device;
    if (!device)
      throw new CardwrightError(this.#holding.state === 'pulled' ? this.#holding.removal : 'DEVICE_NOT_OPEN');
    return this.#idle.during(async () => {
      device.connection.abortOn(signal);
      try {
        return await this.#reporting(() => work(device));
      } catch (error) {
        const isGone =
          isRemoval(error) || isServiceError(error) || (isCardwrightError(error, 'CARD_MUTE') && !this.transmitting);
        if (isGone && this.#held?.device === device) await this.#release(holdingAfter(error));
        throw error;
      }
    });
  }

  get #held(): Held | undefined {
    return 'device' in this.#holding ? this.#holding : undefined;
  }

  async #lend<T>(device: OpenDevice, options: ReleaseOptions, work: () => Promise<T>): Promise<T> {
    this.#setLent(true);
    try {
      await options.prepare?.();
      await device.release();
      return await work();
    } finally {
      await device.release();
      // An error while the device is taken back replaces the result or the error of the work.
      await this.#takeBack(device, options);
    }
  }

  async #takeBack(device: OpenDevice, released: ReleaseOptions): Promise<void> {
    const { patience = DEVICE_OPEN_PATIENCE, onWaiting, isReinserted = false, restore } = released;
    try {
      const place = await placeIn(this.readers, device.place.reader);
      const options = { patience, mayShare: true, onWaiting: this.#telling(onWaiting), usb: this.usb };
      await this.#reporting(() => device.takeBack(this.readers, place, options, isReinserted));
      if (!isAllowed(device, this.#held?.models ?? null)) throw new CardwrightError('WRONG_DEVICE');
    } catch (error) {
      await this.#release(holdingAfter(error));
      throw error;
    } finally {
      this.#setLent(false);
    }
    this.publish(device);
    await restore?.();
    device.connection.abortOn(released.signal);
  }

  /** Updates the listings with the device's current facts, and returns these facts. */
  publish({ place, info }: OpenDevice): DeviceInfo {
    this.inventory.setOwn({ insertion: place.card.insertion, info });
    return info;
  }

  /** Reports that another program holds the card before the caller is told to wait. */
  #telling(onWaiting: () => void): (busy: CardwrightError) => void {
    return (busy) => {
      if (isOfAnotherProgram(busy)) this.onTrouble(busy);
      onWaiting();
    };
  }

  /** Reports an error that another program has caused. The program may be gone by the time someone asks which one it was. */
  async #reporting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isOfAnotherProgram(error)) this.onTrouble(error);
      throw error;
    }
  }

  #mayOpen(): boolean {
    return !this.#isShutDown;
  }

  #setLent(isLent: boolean): void {
    if (this.#held) this.#holding = { ...this.#held, state: isLent ? 'lent' : 'held' };
    this.inventory.lend(isLent);
  }

  async #closeIfPulled(): Promise<void> {
    const held = this.#held;
    if (held?.state !== 'held') return;
    const reason = await this.#whyGone(held.device);
    if (!reason || this.#held?.device !== held.device) return;
    // A command that waits for the user is notified by this signal. A command that is using the card gets the error from PC/SC.
    if (this.#idle.isInUse) held.gone.abort(reason);
    else if (isRemoval(reason)) await this.#release(holdingAfter(reason));
  }

  /** Releases the device, if one is held. Calls during the release already see the state `afterwards`. */
  async #release(afterwards: Holding): Promise<void> {
    this.#idle.stop();
    const device = this.#held?.device;
    this.#holding = afterwards;
    if (device) this.#releasing = device.close().finally(() => this.inventory.setOwn(undefined));
    await this.#releasing;
  }

  async #whyGone({ place }: OpenDevice): Promise<CardwrightError | undefined> {
    try {
      const missing = await missingFrom(this.readers, place);
      return missing === null ? undefined : new CardwrightError(missing);
    } catch (error) {
      if (isServiceError(error)) return error;
      throw error;
    }
  }

  #background(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      // Without the service there is no card to release.
      if (!isServiceError(error)) this.onTrouble(error);
    });
  }
}

const isAllowed = ({ model }: OpenDevice, models: Held['models']): boolean => models?.includes(model.key) ?? true;

/** Returns the state after an error that ended the connection. */
const holdingAfter = (error: unknown): Holding => (isRemoval(error) ? { state: 'pulled', removal: error.code } : NONE);
