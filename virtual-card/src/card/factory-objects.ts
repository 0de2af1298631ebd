import { randomBytes } from 'node:crypto';
import { tlv } from '../apdu/tlv.js';
import type { Profile } from './profile.js';

const CHUID = 0x5fc102;
/** Tags of a CHUID (SP 800-73-4 Part 1, table 9). */
const GUID = 0x34;
const ERROR_DETECTION = 0xfe;
const GUID_BYTES = 16;

/** Returns the objects that a card has from its factory and after a reset: a CHUID with a random GUID, if its serial number is that of other devices. */
export function factoryObjects({ firmware }: Pick<Profile, 'firmware'>): Map<number, Buffer> {
  if (firmware?.sharedSerial === undefined) return new Map();
  return new Map([[CHUID, Buffer.concat([tlv(GUID, randomBytes(GUID_BYTES)), tlv(ERROR_DETECTION)])]]);
}
