import { encodeBytes, isCardwrightError } from '@cardwright/protocol';
import { SLOTS, type DeviceInfo, type RetryStatus, type Slot } from '@cardwright/protocol/devices';
import { certificateObject } from '../applets/piv/objects.js';
import type { PivSession } from '../applets/piv/piv-session.js';
import { formatVersion } from '../applets/piv/yubico.js';
import { isContactlessAtr } from '../iso7816/atr.js';
import type { CardPresence } from '../pcsc/readers.js';
import type { CardApplications } from './card-applications.js';
import { modelOf, UNKNOWN_MODEL } from './models.js';

/** A card, identified by its reader and by its insertion into this reader. */
export interface Place {
  readonly reader: string;
  readonly card: CardPresence;
}

/**
 * Reads the facts of a device from its card. Uses no secret and changes nothing.
 *
 * @throws CardwrightError the refusal of the card to let its GUID or certificates be read, if the card cannot be erased, because it must not be
 *   mistaken for a blank card; `CARD_ERROR` for other wrong answers, and errors that end the connection
 */
export async function identify(card: CardApplications, place: Place): Promise<DeviceInfo> {
  const { piv } = card;
  if (!piv) return described(card, place);
  const { status, refused } = await piv.pins.askPin();
  const needsContact = refused && isContactlessAtr(place.card.atr);
  return { ...described(card, place), ...(await look(piv, place, needsContact ? null : status)) };
}

/**
 * Identifies a card that this host has already found ready since the card was inserted.
 *
 * Reads again all facts on which the CMS bases decisions, because another program or page may have changed them. Only the PIN's counter is taken from
 * `known`, because the counter is only shown, and is read again before a PIN is used.
 *
 * Returns null if any other fact differs from `known`. The PIN's status in `known` may then be outdated too, so the caller must use `identify`.
 */
export async function identifyAgain(
  card: CardApplications,
  place: Place,
  known: DeviceInfo,
): Promise<DeviceInfo | null> {
  const facts = card.piv ? await look(card.piv, place, known.pin) : {};
  const info = { ...described(card, place), ...facts };
  return JSON.stringify(info) === JSON.stringify(known) ? info : null;
}

/** Returns the facts that are known once the applications are selected. */
function described(card: CardApplications, place: Place): DeviceInfo {
  const model = modelOf(card);
  const { piv, fido, serial } = card;
  return {
    ...factsWithoutLooking(place, 'ready'),
    ...identity(serial, null, place),
    model: model.key,
    modelName: model.name,
    drawing: model.drawing,
    firmware: piv?.version ? formatVersion(piv.version) : null,
    serial,
    applications: [...(piv ? (['piv'] as const) : []), ...(fido ? (['fido2'] as const) : [])],
    fido2: fido?.facts() ?? null,
  };
}

type PivFacts = Pick<
  DeviceInfo,
  'id' | 'provisional' | 'state' | 'guid' | 'capabilities' | 'certificates' | 'pin' | 'puk' | 'managementKey'
>;

/**
 * @param pin the status of the PIN; null if the card refuses its PIN over the contactless interface, and must be inserted into a reader with contacts
 */
async function look(piv: PivSession, place: Place, pin: RetryStatus | null): Promise<PivFacts> {
  const needsContact = pin === null;
  // A refusal is no error for a card that can be erased, because the card must be opened to be erased. Nor is a refusal an error for a card that
  // needs contacts, because such a card is only listed.
  const refusalIsError = !needsContact && !piv.capabilities.reset;
  const guid = await ifReadable(() => piv.objects.readGuid(), null, refusalIsError);
  const certificates: Slot[] = [];
  for (const slot of SLOTS) {
    // A refused object counts as present, because it may exist. On a card that needs contacts, a refused object is left out.
    const ask = (): Promise<boolean> => piv.objects.has(certificateObject(slot));
    const isThere = await ifReadable(needsContact ? ask : () => twice(ask), !needsContact, refusalIsError);
    if (isThere) certificates.push(slot);
  }
  const managementKey = await piv.managementKey.status();
  // A card without metadata cannot report the state of its PUK, and "not blocked" would be a guess.
  const puk = piv.capabilities.metadata ? await piv.pins.pukStatus() : null;
  const { capabilities } = piv;
  const state = needsContact ? 'contact-needed' : 'ready';
  return { ...identity(piv.serial, guid, place), state, guid, capabilities, certificates, pin, puk, managementKey };
}

/** Returns the facts of a card that was not read. */
export function factsWithoutLooking(place: Place, state: DeviceInfo['state']): DeviceInfo {
  return {
    id: provisionalId(place),
    provisional: true,
    reader: place.reader,
    atr: encodeBytes(place.card.atr),
    state,
    model: UNKNOWN_MODEL.key,
    modelName: UNKNOWN_MODEL.name,
    drawing: UNKNOWN_MODEL.drawing,
    firmware: null,
    serial: null,
    guid: null,
    applications: [],
    fido2: null,
    capabilities: null,
    certificates: [],
    pin: null,
    puk: null,
    managementKey: null,
  };
}

/**
 * Returns an id for a card by its reader and insertion. A card has this id while this host knows neither its serial number nor its GUID: the card is
 * blank, or was not read.
 */
export const provisionalId = ({ reader, card }: Place): string => `reader:${reader}#${card.insertion}`;

function identity(serial: string | null, guid: string | null, place: Place): { id: string; provisional: boolean } {
  if (serial !== null) return { id: `serial:${serial}`, provisional: false };
  if (guid !== null) return { id: `guid:${guid}`, provisional: false };
  return { id: provisionalId(place), provisional: true };
}

/** Returns the result of `read`. If the card refuses, throws the refusal when `refusalIsError` is set, and returns `otherwise` when it is not set. */
async function ifReadable<T>(read: () => Promise<T>, otherwise: T, refusalIsError: boolean): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (refusalIsError || !isRefusal(error)) throw error;
    return otherwise;
  }
}

/** Repeats a read once after a refusal. A single refusal must not make a blank card look used, because the user would be asked to erase the card. */
async function twice<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return read();
  }
}

/** Errors that mean a refusal by the card, and not a fault that the reader reports. */
const REFUSALS = ['NOT_AUTHENTICATED', 'NOT_SUPPORTED_BY_DEVICE', 'CARD_ERROR'] as const;

const isRefusal = (error: unknown): boolean => REFUSALS.some((code) => isCardwrightError(error, code));
