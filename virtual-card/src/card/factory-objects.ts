import { randomBytes } from 'node:crypto';
import { tlv } from '../apdu/tlv.js';
import type { Profile } from './profile.js';

const CHUID = 0x5fc102;
/** Tag of a number that no container of PIV has. The card keeps there the UUID that it got in the factory. */
const DEVICE_UUID = 0x00;
/** Tags of a CHUID (SP 800-73-4 Part 1, table 9). */
const GUID = 0x34;
const ERROR_DETECTION = 0xfe;
const GUID_BYTES = 16;

/**
 * Returns the objects that a card has from its factory and after a reset: a CHUID with a GUID, if its serial number is that of other devices. The GUID is
 * the device's UUID, which outlasts a reset, or a random one.
 *
 * @param before the objects before a reset; empty in the factory
 */
export function factoryObjects(
  { firmware }: Pick<Profile, 'firmware'>,
  before: ReadonlyMap<number, Buffer> = new Map(),
): Map<number, Buffer> {
  if (firmware?.sharedSerial === undefined) return new Map();
  const guid = before.get(DEVICE_UUID) ?? randomBytes(GUID_BYTES);
  const chuid = Buffer.concat([tlv(GUID, guid), tlv(ERROR_DETECTION)]);
  return new Map([[CHUID, chuid], ...(firmware.keepsGuid === true ? [[DEVICE_UUID, guid] as const] : [])]);
}
