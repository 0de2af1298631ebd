import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { DeviceId, DeviceInfo, DeviceListing } from '@cardwright/protocol/devices';
import type { Cancel } from '../clock.js';
import { isRemoval, isServiceError } from '../pcsc/pcsc-error.js';
import type { Readers, ReaderState } from '../pcsc/readers.js';
import { readFidoState, type FidoState } from './fido-state.js';
import { ForeignCard } from './foreign-card.js';
import { placeIn, takeAndIdentify, type IdentifyOptions } from './identified-card.js';
import { factsWithoutLooking, provisionalId, type Place } from './identify.js';
import type { UsbAuthenticators } from './usb-authenticators.js';

/** Milliseconds that a look waits for another program. The host of another page looks only for an instant. */
const LOOK_PATIENCE = 500;
/** Milliseconds for a look. A card answers everything in less than a second, and a mute one is not waited for. */
const LOOK_TIME = 3_000;
/** Milliseconds between looks at a card that another program holds. PC/SC reports its release late, or never. */
const HELD_INTERVAL = 1_000;

/** The result of a look at one insertion. */
export interface Entry {
  readonly insertion: string;
  readonly info: DeviceInfo;
  /** The reason why the card could not be looked at, where that is no state of its own. */
  readonly trouble?: CardwrightError | undefined;
  /** What the card is, if it was recognised as another kind. */
  readonly foreign?: ForeignCard | undefined;
}

/**
 * The contents of the readers. Looks at a card once per insertion, and never while another program holds it. The result is kept until the
 * card is pulled, or until this host has worked on it.
 */
export class Inventory {
  readonly #entries = new Map<string, Entry>();
  /** The reader in which each device with an identity of its own was seen last. */
  readonly #lastSeen = new Map<DeviceId, string>();
  /** The device that this host holds. Its card is busy, so its facts are not read again. */
  #own: Entry | undefined;
  /** Set while another program uses it on this host's behalf. */
  #isLent = false;
  readonly #end = new AbortController();
  #looking: Promise<DeviceListing> | undefined;
  #cancelHeldLook: Cancel = () => undefined;
  /** Makes the watchers look again. */
  #lookAgain: () => void = () => undefined;

  constructor(
    private readonly readers: Readers,
    /** Called with the reason why a card could not be identified, or the watch had to end. */
    private readonly onTrouble: (error: unknown) => void,
    private readonly usb?: UsbAuthenticators,
  ) {}

  /**
   * Lists all readers, and the facts of all cards. Concurrent calls share one look.
   *
   * @throws CardwrightError `PCSC_UNAVAILABLE`, `PCSC_FORBIDDEN`, `HOST_DAMAGED`
   */
  list(patience = LOOK_PATIENCE): Promise<DeviceListing> {
    this.#looking ??= this.#look(patience).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /**
   * Returns the current place of a listed device, or undefined when it is gone.
   *
   * @throws CardwrightError `CARD_MUTE` or `PCSC_ERROR` when it did not answer the look; it is not asked again until it was pulled
   */
  async find(id: DeviceId): Promise<Place | undefined> {
    const { devices } = await this.list();
    const states = await this.readers.list();
    // Listed while another program held it, and looked at since. Its first id still identifies the insertion.
    const first = states.find(({ name, card }) => card !== null && provisionalId({ reader: name, card }) === id)?.name;
    const device = devices.find((one) => one.id === id) ?? devices.find(({ reader }) => reader === first);
    if (device?.state === 'unresponsive') throw this.troubleIn(device.reader) ?? new CardwrightError('CARD_MUTE');
    const state = states.find(({ name }) => name === device?.reader);
    return state?.card ? { reader: state.name, card: state.card } : undefined;
  }

  /**
   * True if another device is where this one was seen last. Blank cards without an identity cannot be distinguished, so none of them counts
   * as another.
   */
  isReplaced(id: DeviceId): boolean {
    const there = this.#entries.get(this.#lastSeen.get(id) ?? '')?.info;
    if (there?.state !== 'ready' || there.id === id) return false;
    // A card that reports its serial number always does. A card identified by its GUID may have lost it, and be the same.
    return id.startsWith('serial:') || !there.provisional;
  }

  /** Returns the facts of the card in this place, if this host looked at it and found it ready. */
  seenIn({ reader, card }: Place): DeviceInfo | undefined {
    const entry = this.#entries.get(reader);
    return entry?.insertion === card.insertion && entry.info.state === 'ready' ? entry.info : undefined;
  }

  /** Returns the error that ended the look at the card in this reader, or undefined. */
  troubleIn(reader: string): CardwrightError | undefined {
    return this.#entries.get(reader)?.trouble;
  }

  /** Returns what the card in this reader is, if it was recognised as another kind than Cardwright can use. */
  foreignIn(reader: string): ForeignCard | undefined {
    return this.#entries.get(reader)?.foreign;
  }

  /**
   * Asks the FIDO2 application of a listed device for its state. Null while this host holds the device, or where it no longer has one.
   *
   * @throws CardwrightError `CARD_REMOVED`, `READER_REMOVED`, and the errors of `takeAndIdentify` and `Authenticator`
   */
  async readFidoState(device: DeviceInfo): Promise<FidoState | null> {
    if (this.#own?.info.reader === device.reader) return null;
    const place = await placeIn(this.readers, device.reader);
    const { applications, close } = await takeAndIdentify(
      this.readers,
      place,
      this.#lookOptions(LOOK_PATIENCE),
      device,
    );
    try {
      return applications.fido && (await readFidoState(applications.fido));
    } finally {
      await close();
    }
  }

  /** Starts no look any more, and no further APDU of a running one. */
  close(): void {
    this.#end.abort();
  }

  /**
   * Reports each listing that differs from the one before, beginning with `known`. Without PC/SC the listing has no readers. Returns the
   * function that ends the watch.
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

  /** Marks the card as held by this host. Undefined when it was released, and must be looked at again. */
  setOwn(own: Entry | undefined): void {
    const reader = own?.info.reader ?? this.#own?.info.reader;
    if (reader !== undefined) this.#entries.delete(reader);
    this.#own = own;
    // Watchers must learn what this host did to the card. PC/SC does not report it, and often not even the release.
    this.#lookAgain();
  }

  /** Marks this host's own device as lent to another program. Meanwhile no card in its reader may be looked at. */
  lend(isLent: boolean): void {
    this.#isLent = isLent;
  }

  async #look(patience: number): Promise<DeviceListing> {
    const states = await this.readers.list();
    // Concurrently, so that several mute cards take no longer than one.
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
      // A look would take it from the program that uses it.
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
      return { info };
    } catch (error) {
      return this.#seenInFailure(place, error);
    }
  }

  #lookOptions(patience: number): IdentifyOptions {
    return { patience, timeLimit: LOOK_TIME, signal: this.#end.signal, usb: this.usb };
  }

  /** The entry of a card that could not be looked at. Undefined when the card is gone. */
  #seenInFailure(place: Place, error: unknown): Seen | undefined {
    if (isRemoval(error)) return undefined;
    if (isServiceError(error) || isCardwrightError(error, 'CANCELLED')) throw error;
    if (isCardwrightError(error, 'DEVICE_BUSY')) return { info: factsWithoutLooking(place, 'held') };
    if (isCardwrightError(error, 'NO_APPLICATION')) return seenForeign(place, error.cause);
    this.onTrouble(error);
    const trouble = isCardwrightError(error) ? error : undefined;
    // A card that answers, even strangely, is not mute: it can be opened, and is then asked again.
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

/** True if a look failed because no answer came: in time, or for a reason of the reader's that has no meaning here. */
const isSilence = (error: unknown): boolean =>
  isCardwrightError(error, 'CARD_MUTE') || isCardwrightError(error, 'PCSC_ERROR');

/** Distinguishes two cards with one identity (a cloned CHUID) by their place, so that neither is mistaken for the other. */
function withDistinctIds(devices: readonly DeviceInfo[]): DeviceInfo[] {
  const count = (id: DeviceId): number => devices.filter((device) => device.id === id).length;
  return devices.map((device) =>
    count(device.id) > 1 ? { ...device, id: `${device.id}@${device.reader}`, provisional: true } : device,
  );
}
