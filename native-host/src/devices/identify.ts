import {
  encodeBytes,
  isCardwrightError,
  SLOTS,
  type DeviceInfo,
  type RetryStatus,
  type Slot,
} from '@cardwright/protocol';
import { CERTIFICATE_OBJECT } from '../applets/piv/objects.js';
import type { PivSession } from '../applets/piv/piv-session.js';
import { formatVersion } from '../applets/piv/yubico.js';
import { isContactlessAtr } from '../iso7816/atr.js';
import type { CardPresence } from '../pcsc/readers.js';
import type { CardApplications } from './card-applications.js';
import { modelOf, UNKNOWN_MODEL } from './models.js';

/** Where a card is. */
export interface Place {
  readonly reader: string;
  readonly card: CardPresence;
}

/**
 * Asks the card for all of the device's facts. No secret is used and nothing is changed.
 *
 * @throws CardwrightError when the card refuses what says whether it is blank: it must not pass for a blank one
 */
export async function identify(card: CardApplications, place: Place): Promise<DeviceInfo> {
  const { piv } = card;
  if (!piv) return described(card, place);
  const { status, refused } = await piv.askPin();
  const needsContact = refused && isContactlessAtr(place.card.atr);
  return { ...described(card, place), ...(await look(piv, place, needsContact ? null : status)) };
}

/**
 * The same for a card that this host has looked into since it was inserted, and found ready. It asks again for all that the CMS
 * judges by, and that a step's card is compared with: another program, or another page, may have changed it meanwhile. Only the
 * counter of the PIN is taken over, as a hint to show; it is read again before a PIN is used. Null when anything else differs: so
 * may the PIN, or the card is another one, and the whole look has to be taken.
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

/** What the applications have told when they were selected. */
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

/** @param pin null where the card has to be read by its contacts */
async function look(piv: PivSession, place: Place, pin: RetryStatus | null): Promise<PivFacts> {
  const needsContact = pin === null;
  // A card that can be erased is useless if it cannot be opened, and one without contact is not issued that way.
  const refusalIsError = !needsContact && !piv.capabilities.reset;
  const guid = await ifReadable(() => piv.readGuid(), null, refusalIsError);
  const certificates: Slot[] = [];
  for (const slot of SLOTS) {
    // What is refused may be there. Without contact it is unknown, and left out.
    const ask = (): Promise<boolean> => piv.hasObject(CERTIFICATE_OBJECT[slot]);
    const isThere = await ifReadable(needsContact ? ask : () => twice(ask), !needsContact, refusalIsError);
    if (isThere) certificates.push(slot);
  }
  const managementKey = await piv.managementKeyStatus();
  // Where the card cannot be asked, "not blocked" would be a guess.
  const puk = piv.capabilities.metadata ? await piv.pukStatus() : null;
  const { capabilities } = piv;
  const state = needsContact ? 'contact-needed' : 'ready';
  return { ...identity(piv.serial, guid, place), state, guid, capabilities, certificates, pin, puk, managementKey };
}

/** What is known of a card that cannot be looked into. */
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

/** Names a card by its place, while nothing else tells two blanks of one batch apart. */
export const provisionalId = ({ reader, card }: Place): string => `reader:${reader}#${card.insertion}`;

function identity(serial: string | null, guid: string | null, place: Place): { id: string; provisional: boolean } {
  if (serial !== null) return { id: `serial:${serial}`, provisional: false };
  if (guid !== null) return { id: `guid:${guid}`, provisional: false };
  return { id: provisionalId(place), provisional: true };
}

/** The result of `read`; `otherwise` where the card refuses it, unless a refusal is an error. */
async function ifReadable<T>(read: () => Promise<T>, otherwise: T, refusalIsError: boolean): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (refusalIsError || !isRefusal(error)) throw error;
    return otherwise;
  }
}

/** Asks a card again that refused once. One refusal must not make a blank card a used one, which its user is asked to erase. */
async function twice<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return read();
  }
}

/** Errors of a card that refuses, as opposed to what its reader reports. */
const REFUSALS = ['NOT_AUTHENTICATED', 'NOT_SUPPORTED_BY_DEVICE', 'CARD_ERROR'] as const;

const isRefusal = (error: unknown): boolean => REFUSALS.some((code) => isCardwrightError(error, code));
