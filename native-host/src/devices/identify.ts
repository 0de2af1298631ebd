import { encodeBytes, isCardwrightError } from '@cardwright/protocol';
import { SLOTS, type DeviceInfo, type RetryStatus, type Slot } from '@cardwright/protocol/devices';
import { CERTIFICATE_OBJECT } from '../applets/piv/objects.js';
import type { PivSession } from '../applets/piv/piv-session.js';
import { formatVersion } from '../applets/piv/yubico.js';
import { isContactlessAtr } from '../iso7816/atr.js';
import type { CardPresence } from '../pcsc/readers.js';
import type { CardApplications } from './card-applications.js';
import { modelOf, UNKNOWN_MODEL } from './models.js';

/** The reader and the insertion of a card. */
export interface Place {
  readonly reader: string;
  readonly card: CardPresence;
}

/**
 * Reads all of the device's facts from the card. Uses no secret and changes nothing.
 *
 * @throws CardwrightError when the card refuses to show whether it is blank: it must not be mistaken for a blank one
 */
export async function identify(card: CardApplications, place: Place): Promise<DeviceInfo> {
  const { piv } = card;
  if (!piv) return described(card, place);
  const { status, refused } = await piv.pins.askPin();
  const needsContact = refused && isContactlessAtr(place.card.atr);
  return { ...described(card, place), ...(await look(piv, place, needsContact ? null : status)) };
}

/**
 * Identifies a card again that this host found ready earlier in the same insertion.
 *
 * Reads all facts again that the CMS bases decisions on, or compares with the card of a step, because another program or page may have
 * changed them. Only the PIN's counter is reused, as a hint to show; it is read again before a PIN is used.
 *
 * Returns null when anything else differs. Then the PIN may differ too, or the card is another one, and a full look is needed.
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

/** The facts that are known from selecting the applications. */
function described(card: CardApplications, place: Place): DeviceInfo {
  const model = modelOf(card);
  const { piv, fido, serial } = card;
  return {
    ...factsWithoutLooking(place, 'ready'),
    ...identity(serial, null, place),
    model: model.key,
    modelName: model.name,
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

/** @param pin null where the card must be read by its contacts */
async function look(piv: PivSession, place: Place, pin: RetryStatus | null): Promise<PivFacts> {
  const needsContact = pin === null;
  // A card that can be erased would be useless if it could not be opened. A card without contact is not issued this way.
  const refusalIsError = !needsContact && !piv.capabilities.reset;
  const guid = await ifReadable(() => piv.objects.readGuid(), null, refusalIsError);
  const certificates: Slot[] = [];
  for (const slot of SLOTS) {
    // A refused object may exist. Without contact that is unknown, and left out.
    const ask = (): Promise<boolean> => piv.objects.has(CERTIFICATE_OBJECT[slot]);
    const isThere = await ifReadable(needsContact ? ask : () => twice(ask), !needsContact, refusalIsError);
    if (isThere) certificates.push(slot);
  }
  const managementKey = await piv.managementKey.status();
  // Where the card cannot be asked, "not blocked" would be a guess.
  const puk = piv.capabilities.metadata ? await piv.pins.pukStatus() : null;
  const { capabilities } = piv;
  const state = needsContact ? 'contact-needed' : 'ready';
  return { ...identity(piv.serial, guid, place), state, guid, capabilities, certificates, pin, puk, managementKey };
}

/** The facts of a card that was not looked at. */
export function factsWithoutLooking(place: Place, state: DeviceInfo['state']): DeviceInfo {
  return {
    id: provisionalId(place),
    provisional: true,
    reader: place.reader,
    atr: encodeBytes(place.card.atr),
    state,
    model: UNKNOWN_MODEL.key,
    modelName: UNKNOWN_MODEL.name,
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

/** Names a card by its place, as long as nothing else distinguishes two blanks of one batch. */
export const provisionalId = ({ reader, card }: Place): string => `reader:${reader}#${card.insertion}`;

function identity(serial: string | null, guid: string | null, place: Place): { id: string; provisional: boolean } {
  if (serial !== null) return { id: `serial:${serial}`, provisional: false };
  if (guid !== null) return { id: `guid:${guid}`, provisional: false };
  return { id: provisionalId(place), provisional: true };
}

/** Returns the result of `read`, or `otherwise` where the card refuses it, unless a refusal is an error. */
async function ifReadable<T>(read: () => Promise<T>, otherwise: T, refusalIsError: boolean): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (refusalIsError || !isRefusal(error)) throw error;
    return otherwise;
  }
}

/** Repeats a read once after a refusal. A single refusal must not make a blank card look used, which its user would be asked to erase. */
async function twice<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return read();
  }
}

/** Errors that mean a refusal by the card, as opposed to a fault reported by its reader. */
const REFUSALS = ['NOT_AUTHENTICATED', 'NOT_SUPPORTED_BY_DEVICE', 'CARD_ERROR'] as const;

const isRefusal = (error: unknown): boolean => REFUSALS.some((code) => isCardwrightError(error, code));
