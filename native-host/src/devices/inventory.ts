import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { DeviceId, DeviceInfo, DeviceListing } from '@cardwright/protocol/devices';
import type { Cancel } from '../clock.js';
import { isOfAnotherProgram, isRemoval, isServiceError } from '../pcsc/pcsc-error.js';
import type { Readers, ReaderState } from '../pcsc/readers.js';
import { readFidoState, type FidoState } from './fido-state.js';
import { ForeignCard } from './foreign-card.js';
import { placeIn, takeAndIdentify, type IdentifyOptions } from './identified-card.js';
import { factsWithoutLooking, provisionalId, type Place } from './identify.js';
import type { UsbAuthenticators } from './usb-authenticators.js';

/**
 * Milliseconds that a look at a card, which reads its facts, waits for another program to release the card. This is enough for the host of another
 * page, which needs only an instant for a look at the same card.
 */
const LOOK_PATIENCE = 500;
/** Maximum duration of a look at a card, in milliseconds. A card that works answers everything in less than a second. */
const LOOK_TIME = 3_000;
/** Milliseconds between looks at a card that another program holds. PC/SC reports late, or never, that the program has released the card. */
const HELD_INTERVAL = 1_000;

/** The result of a look at a card, valid for one insertion. */
export interface Entry {
  readonly insertion: string;
  readonly info: DeviceInfo;
  /** The error that ended the look at the card; undefined if the look succeeded, or if `info.state` tells the reason. */
  readonly trouble?: CardwrightError | undefined;
  /** The kind of the card; undefined if the card was not recognised, or has PIV or FIDO2. */
  readonly foreign?: ForeignCard | undefined;
}

/**
 * The contents of the readers. Looks at each card once after its insertion, and keeps the result. Looks again if another program held the card, and
 * after this host has used the card.
 */
export class Inventory {
  readonly #entries = new Map<string, Entry>();
  /**
   * By reader, the state that the card's FIDO2 application reported last, valid for one insertion. The state is null if the card has no such
   * application.
   */
  readonly #fidoStates = new Map<string, { insertion: string; state: FidoState | null }>();
  /** By device id, the reader in which the device was seen last. Contains only devices with a serial number or GUID. */
  readonly #lastSeen = new Map<DeviceId, string>();
  /** Readers whose card another program held at the last look. */
  readonly #held = new Set<string>();
  /** The device that this host holds. Its facts are not read again, because its card is in use. */
  #own: Entry | undefined;
  /** Set while this host's own device is lent to another program. */
  #isLent = false;
  readonly #end = new AbortController();
  #looking: Promise<DeviceListing> | undefined;
  #cancelHeldLook: Cancel = () => undefined;
  /** Makes the current watch, if there is one, look again. */
  #lookAgain: () => void = () => undefined;

  constructor(
    private readonly readers: Readers,
    /** Called with the error if a card cannot be identified, or the watch fails. */
    private readonly onTrouble: (error: unknown) => void,
    private readonly usb?: UsbAuthenticators,
  ) {}

  /**
   * Lists all readers, and the facts of all cards. Concurrent calls get the same result.
   *
   * @param patience milliseconds to wait for another program to release a card; no effect on a listing that is already running
   * @throws CardwrightError `PCSC_UNAVAILABLE`, `PCSC_FORBIDDEN`, `HOST_DAMAGED`
   */
  list(patience = LOOK_PATIENCE): Promise<DeviceListing> {
    this.#looking ??= this.#look(patience).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /**
   * Returns the reader and the insertion in which a listed device is now. Returns undefined if the device is gone.
   *
   * @throws CardwrightError `CARD_MUTE` or `PCSC_ERROR` if the card did not answer when it was looked at, and is not asked again until it is
   *   reinserted; the errors of `list`
   */
  async find(id: DeviceId): Promise<Place | undefined> {
    const { devices } = await this.list();
    const states = await this.readers.list();
    // A card that was listed while another program held it had a provisional id then, which still identifies the insertion.
    const first = states.find(({ name, card }) => card !== null && provisionalId({ reader: name, card }) === id)?.name;
    const device = devices.find((one) => one.id === id) ?? devices.find(({ reader }) => reader === first);
    if (device?.state === 'unresponsive') throw this.troubleIn(device.reader) ?? new CardwrightError('CARD_MUTE');
    const state = states.find(({ name }) => name === device?.reader);
    return state?.card ? { reader: state.name, card: state.card } : undefined;
  }

  /**
   * True if another device is now in the reader in which the device with this id was seen last. If the card there has neither a serial number nor a
   * GUID, it counts as another device only if the device had a serial number. If the device had only a GUID, the card there may be the same device
   * without its GUID.
   */
  isReplaced(id: DeviceId): boolean {
    const there = this.#entries.get(this.#lastSeen.get(id) ?? '')?.info;
    if (there?.state !== 'ready' || there.id === id) return false;
    // A card that has a serial number always reports it.
    return id.startsWith('serial:') || !there.provisional;
  }

  /** Returns the facts of the card in this place. Returns undefined if this host has not looked at the card, or has not found it ready. */
  seenIn({ reader, card }: Place): DeviceInfo | undefined {
    const entry = this.#entries.get(reader);
    return entry?.insertion === card.insertion && entry.info.state === 'ready' ? entry.info : undefined;
  }

  /** Returns the error that ended the look at the card in this reader; undefined if the look succeeded, or if `info.state` tells the reason. */
  troubleIn(reader: string): CardwrightError | undefined {
    return this.#entries.get(reader)?.trouble;
  }

  /** Returns the kind of the card in this reader if the card was recognised, but Cardwright cannot use it. Returns undefined for any other card. */
  foreignIn(reader: string): ForeignCard | undefined {
    return this.#entries.get(reader)?.foreign;
  }

  /**
   * Reads the state of a listed device's FIDO2 application. Returns null while this host holds the device, or if the device no longer has such an
   * application.
   *
   * @param again true to read the state from the card in any case; false to return the state that was read last, if the card was neither reinserted
   *   nor used by this host since. With false, a page that asks repeatedly does not keep the device from other programs.
   * @throws CardwrightError `CARD_REMOVED`, `READER_REMOVED`, and the errors of `takeAndIdentify` and `Authenticator`
   */
  async readFidoState(device: DeviceInfo, again: boolean): Promise<FidoState | null> {
    if (this.#own?.info.reader === device.reader) return null;
    const place = await placeIn(this.readers, device.reader);
    const known = this.#fidoStates.get(device.reader);
    if (!again && known?.insertion === place.card.insertion) return known.state;
    const { applications, close } = await takeAndIdentify(
      this.readers,
      place,
      this.#lookOptions(LOOK_PATIENCE),
      device,
    );
    try {
      const state = applications.fido && (await readFidoState(applications.fido));
      this.#fidoStates.set(device.reader, { insertion: place.card.insertion, state });
      return state;
    } finally {
      await close();
    }
  }

  /** Ends looking at cards: no new look begins, and a running look sends no further APDU. */
  close(): void {
    this.#end.abort();
  }

  /**
   * Calls `listener` with each listing that differs from the previous listing. The first listing is compared with `known`. While PC/SC cannot be
   * used, the listing is empty. Returns a function that ends the watch.
   */
  watch(known: DeviceListing, listener: (listing: DeviceListing) => void): () => void {
    let last = JSON.stringify(known);
    let again = false;
    let running = false;
    const update = async (): Promise<void> => {
      again = true;
      if (running) return;
      running = true;
      try {
        while (again) {
          again = false;
          const listing = await this.#listOrNothing();
          const text = JSON.stringify(listing);
          if (text !== last) listener(listing);
          last = text;
          this.#lookAgainWhileHeld(listing, start);
        }
      } finally {
        running = false;
      }
    };
    const start = (): void => {
      update().catch((error: unknown) => this.onTrouble(error));
    };
    const unsubscribe = this.readers.subscribe(start);
    this.#lookAgain = start;
    start();
    return () => {
      unsubscribe();
      this.#lookAgain = () => undefined;
      this.#cancelHeldLook();
    };
  }

  /** Records the device that this host holds. @param own undefined when the device was released, so that its card is looked at again */
  setOwn(own: Entry | undefined): void {
    const reader = own?.info.reader ?? this.#own?.info.reader;
    if (reader !== undefined) {
      this.#entries.delete(reader);
      this.#fidoStates.delete(reader);
    }
    this.#own = own;
    // The watch must report what this host did to the card. PC/SC does not report that, and often not even the release of the card.
    this.#lookAgain();
  }

  /** Marks this host's own device as lent to another program, or as back. While the device is lent, no other card in its reader is looked at. */
  lend(isLent: boolean): void {
    this.#isLent = isLent;
  }

  async #look(patience: number): Promise<DeviceListing> {
    const states = await this.readers.list();
    // All cards are looked at concurrently, so that several mute cards take no longer than one.
    const facts = await Promise.all(states.map((state) => this.#factsOf(state, patience)));
    const devices = facts.filter((info) => info !== undefined);
    this.#rememberIdentities(devices);
    return { readers: states.map(({ name }) => name), devices: withDistinctIds(devices) };
  }

  #rememberIdentities(devices: readonly DeviceInfo[]): void {
    for (const { id, reader, provisional } of devices) if (!provisional) this.#lastSeen.set(id, reader);
  }

  async #factsOf({ name, card }: ReaderState, patience: number): Promise<DeviceInfo | undefined> {
    if (!card) {
      this.#entries.delete(name);
      return undefined;
    }
    if (this.#own?.info.reader === name) {
      if (this.#own.insertion === card.insertion) return this.#own.info;
      // Looking at the card would disturb the program to which the device is lent.
      if (this.#isLent) return factsWithoutLooking({ reader: name, card }, 'held');
    }
    const entry = this.#entries.get(name);
    if (entry?.insertion === card.insertion) return entry.info;
    const seen = await this.#lookInto({ reader: name, card }, patience);
    if (seen && seen.info.state !== 'held') this.#entries.set(name, { insertion: card.insertion, ...seen });
    return seen?.info;
  }

  async #lookInto(place: Place, patience: number): Promise<Seen | undefined> {
    if (place.card.mute) return { info: factsWithoutLooking(place, 'unresponsive') };
    try {
      const { close, info } = await takeAndIdentify(this.readers, place, this.#lookOptions(patience));
      await close();
      this.#held.delete(place.reader);
      return { info };
    } catch (error) {
      this.#reportHolder(place, error);
      return this.#seenInFailure(place, error);
    }
  }

  /** Reports that another program holds a card. A card that stays held is looked at every second, and reported once. */
  #reportHolder({ reader }: Place, error: unknown): void {
    const isHeld = isOfAnotherProgram(error) && error.code === 'DEVICE_BUSY';
    if (isHeld && !this.#held.has(reader)) this.onTrouble(error);
    if (isHeld) this.#held.add(reader);
    else this.#held.delete(reader);
  }

  #lookOptions(patience: number): IdentifyOptions {
    return { patience, timeLimit: LOOK_TIME, signal: this.#end.signal, usb: this.usb };
  }

  /**
   * Returns the entry of a card that could not be looked at; undefined if the card is gone. Throws the error if it is an error of the smart card
   * service, or `CANCELLED`.
   */
  #seenInFailure(place: Place, error: unknown): Seen | undefined {
    if (isRemoval(error)) return undefined;
    if (isServiceError(error) || isCardwrightError(error, 'CANCELLED')) throw error;
    if (isCardwrightError(error, 'DEVICE_BUSY')) return { info: factsWithoutLooking(place, 'held') };
    if (isCardwrightError(error, 'NO_APPLICATION')) return seenForeign(place, error.cause);
    this.onTrouble(error);
    const trouble = isCardwrightError(error) ? error : undefined;
    // A card that sends wrong answers is not mute: it can be opened, and is then read again.
    return { info: factsWithoutLooking(place, isSilence(error) ? 'unresponsive' : 'no-application'), trouble };
  }

  async #listOrNothing(): Promise<DeviceListing> {
    try {
      return await this.list(0);
    } catch (error) {
      if (!isServiceError(error)) throw error;
      return { readers: [], devices: [] };
    }
  }

  #lookAgainWhileHeld(listing: DeviceListing, look: () => void): void {
    this.#cancelHeldLook();
    if (!listing.devices.some(({ state }) => state === 'held')) return;
    this.#cancelHeldLook = this.readers.clock.after(HELD_INTERVAL, look, { background: true });
  }
}

type Seen = Omit<Entry, 'insertion'>;

function seenForeign(place: Place, card: unknown): Seen {
  const info = factsWithoutLooking(place, 'no-application');
  return card instanceof ForeignCard ? { info: { ...info, modelName: card.modelName }, foreign: card } : { info };
}

/** True if a look failed because no answer came in time, or because PC/SC reported an error without a code of its own in the catalogue of errors. */
const isSilence = (error: unknown): boolean =>
  isCardwrightError(error, 'CARD_MUTE') || isCardwrightError(error, 'PCSC_ERROR');

/** Distinguishes cards with the same id (a cloned CHUID) by their readers, so that no card is mistaken for another. */
function withDistinctIds(devices: readonly DeviceInfo[]): DeviceInfo[] {
  const count = (id: DeviceId): number => devices.filter((device) => device.id === id).length;
  return devices.map((device) =>
    count(device.id) > 1 ? { ...device, id: `${device.id}@${device.reader}`, provisional: true } : device,
  );
}
