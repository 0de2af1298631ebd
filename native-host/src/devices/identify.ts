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
export async function identify(session: PivSession, place: Place): Promise<DeviceInfo> {
  const { status, refused } = await session.askPin();
  const needsContact = refused && isContactlessAtr(place.card.atr);
  return look(session, place, needsContact ? null : status);
}

/**
 * The same for a card that this host has looked into since it was inserted, and found ready. It asks again for all that the CMS
 * judges by, and that a step's card is compared with: another program, or another page, may have changed it meanwhile. Only the
 * counter of the PIN is taken over, as a hint to show; it is read again before a PIN is used. If anything else
 * differs, so may the PIN, and the whole look is taken.
 */
export async function identifyAgain(session: PivSession, place: Place, known: DeviceInfo): Promise<DeviceInfo> {
  const info = await look(session, place, known.pin);
  return JSON.stringify(info) === JSON.stringify(known) ? info : identify(session, place);
}

/** @param pin null where the card has to be read by its contacts */
async function look(session: PivSession, place: Place, pin: RetryStatus | null): Promise<DeviceInfo> {
  const model = modelOf(session);
  const { serial, version } = session;
  const needsContact = pin === null;
  // A card that can be erased is useless if it cannot be opened, and one without contact is not issued that way.
  const refusalIsError = !needsContact && !session.capabilities.reset;
  const guid = await ifReadable(() => session.readGuid(), null, refusalIsError);
  const certificates: Slot[] = [];
  for (const slot of SLOTS) {
    // What is refused may be there. Without contact it is unknown, and left out.
    const ask = (): Promise<boolean> => session.hasObject(CERTIFICATE_OBJECT[slot]);
    const isThere = await ifReadable(needsContact ? ask : () => twice(ask), !needsContact, refusalIsError);
    if (isThere) certificates.push(slot);
  }
  const managementKey = await session.managementKeyStatus();
  // Where the card cannot be asked, "not blocked" would be a guess.
  const puk = session.capabilities.metadata ? await session.pukStatus() : null;
  return {
    ...factsWithoutLooking(place, needsContact ? 'contact-needed' : 'ready'),
    ...identity(serial, guid, place),
    model: model.key,
    modelName: model.name,
    firmware: version ? formatVersion(version) : null,
    serial,
    guid,
    applications: ['piv'],
    fido2: null,
    capabilities: session.capabilities,
    certificates,
    pin,
    puk,
    managementKey,
  };
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
