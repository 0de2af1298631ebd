import { encodeBytes, SLOTS, type DeviceInfo, type Slot } from '@cardwright/protocol';
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

/** Asks the card for all that the device's facts tell. No secret is used and nothing is changed. */
export async function identify(session: PivSession, place: Place): Promise<DeviceInfo> {
  const model = modelOf(session);
  const { serial, version, capabilities } = session;
  const guid = await session.readGuid();
  const pin = await session.pinStatus();
  const needsContact =
    pin.retriesLeft === null && isContactlessAtr(place.card.atr) && (await session.refusesPinCommands());
  return {
    ...factsWithoutLooking(place, needsContact ? 'contact-needed' : 'ready'),
    ...identity(serial, guid, place),
    model: model.key,
    modelName: model.name,
    firmware: version ? formatVersion(version) : null,
    serial,
    guid,
    applications: ['piv'],
    capabilities,
    certificates: await slotsWithCertificate(session),
    pin: needsContact ? null : pin,
    // Where the card can not be asked, "not blocked" would be a guess.
    puk: capabilities.metadata ? await session.pukStatus() : null,
    managementKey: await session.managementKeyStatus(),
  };
}

/** What is known of a card that can not be looked into. */
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
    capabilities: null,
    certificates: [],
    pin: null,
    puk: null,
    managementKey: null,
  };
}

/** Names a card by where it is, while nothing else tells two blanks of one batch apart. */
export const provisionalId = ({ reader, card }: Place): string => `reader:${reader}#${card.insertion}`;

function identity(serial: string | null, guid: string | null, place: Place): { id: string; provisional: boolean } {
  if (serial !== null) return { id: `serial:${serial}`, provisional: false };
  if (guid !== null) return { id: `guid:${guid}`, provisional: false };
  return { id: provisionalId(place), provisional: true };
}

async function slotsWithCertificate(session: PivSession): Promise<Slot[]> {
  const found: Slot[] = [];
  for (const slot of SLOTS) if (await session.hasObject(CERTIFICATE_OBJECT[slot])) found.push(slot);
  return found;
}
