import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { Device, Person } from '../store/rows.js';

/** Model of devices of other makers with commands of a YubiKey. Some have a GUID from their factory, which they have again after a reset. */
const COMPATIBLE = 'compatible';

/**
 * Returns the GUID that a blank card has from its factory, so that the card keeps it in its new CHUID, and an interrupted erasure finds it again. Returns
 * null for a card with a serial number, by which it is known, and for a card that is not blank. The GUID is a claim. So nobody's card keeps a GUID by which
 * the CMS knows a device of someone else, or of another model: that device would no longer be found.
 *
 * @param latest the latest row of a device with this GUID
 */
export function ownGuidOf(
  { model, serial, guid, certificates }: Pick<DeviceInfo, 'model' | 'serial' | 'guid' | 'certificates'>,
  person: Pick<Person, 'id'>,
  latest: Pick<Device, 'model' | 'ownerId'> | undefined,
): string | null {
  const isBlank = model === COMPATIBLE && serial === null && certificates.length === 0;
  const isOfSomeoneElse = latest !== undefined && (latest.model !== COMPATIBLE || latest.ownerId !== person.id);
  return isBlank && !isOfSomeoneElse ? guid : null;
}
