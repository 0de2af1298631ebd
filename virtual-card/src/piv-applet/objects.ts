import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import { parseTlvs, requireValue, tlv } from '../apdu/tlv.js';
import type { Card } from '../card/card.js';
import { pivAid } from './aid.js';

const TAG_LIST = 0x5c;
const DATA = 0x53;
const CURRENT_APPLICATION = 0x3fff;
const DISCOVERY_OBJECT = 0x7e;
const BIOMETRIC_TEMPLATES = 0x7f61;
const NOTHING = Buffer.alloc(0);

/** Containers that can be read only after the PIN was verified (SP 800-73-4 Part 1, table 2). */
const Container = { fingerprints: 0x5fc103, facialImage: 0x5fc108, printedInformation: 0x5fc109, iris: 0x5fc121 };
const needsPin: readonly number[] = Object.values(Container);

/** Tags of the standard's containers: 5FC101 to 5FC123, except 5FC104 (SP 800-73-4 Part 1, table 3). */
const FIRST_CONTAINER = 0x5fc101;
const LAST_CONTAINER = 0x5fc123;
/** The unsigned CHUID of SP 800-73-1, which was withdrawn. */
const WITHDRAWN_CONTAINER = 0x5fc104;
/** Tags of three bytes that start with 5F: 5F0000 to 5FFFFF. */
const FIRST_OBJECT = 0x5f_0000;
const LAST_OBJECT = 0x5f_ffff;

/** Discovery object (SP 800-73-4 Part 1, 3.3.2): the PIV card application PIN alone satisfies the access rules. */
const discovery = tlv(DISCOVERY_OBJECT, tlv(0x4f, pivAid), tlv(0x5f2f, Buffer.of(0x40, 0x00)));

/** Executes GET DATA (SP 800-73-4 Part 2, 3.1.2): returns the object with a tag, wrapped in tag 53. Returns the Discovery Object without tag 53. */
export function getData(card: Card, command: Command): Buffer {
  requireCurrentApplication(command);
  const tag = readTag(command.data);
  if (tag === DISCOVERY_OBJECT) return discovery;
  if (needsPin.includes(tag)) card.requirePin();
  const value = card.state.objects.get(tag);
  if (!value && card.state.objectMemory?.has(tag) === true) return NOTHING;
  if (!value || tag === BIOMETRIC_TEMPLATES) throw new CardError(StatusWord.notFound, 'no such object');
  return tlv(DATA, value);
}

/** Executes PUT DATA (SP 800-73-4 Part 2, 3.3.1): stores an object, or deletes it when tag 53 is empty. */
export function putData(card: Card, command: Command): Buffer {
  card.requireManagement();
  requireCurrentApplication(command);
  const tag = readTag(command.data);
  const value = requireValue(DATA, parseTlvs(command.data));
  if (!isWritable(card, tag)) throw new CardError(StatusWord.notFound, 'no such container');
  if (value.length > card.profile.maxObjectBytes) throw new CardError(StatusWord.notEnoughMemory, 'object too long');
  if (card.profile.keepsObjectMemory) keepMemory(card, tag, value.length);
  if (value.length === 0) card.state.objects.delete(tag);
  else card.state.objects.set(tag, Buffer.from(value));
  return NOTHING;
}

/** Keeps the memory of an object's first content. @throws CardError 6A84 if the new content is longer */
function keepMemory({ state }: Card, tag: number, length: number): void {
  const memory = (state.objectMemory ??= new Map<number, number>());
  const kept = memory.get(tag);
  if (kept === undefined && length > 0) memory.set(tag, length);
  if (kept !== undefined && length > kept) throw new CardError(StatusWord.notEnoughMemory, 'the object cannot grow');
}

function isWritable({ profile }: Card, tag: number): boolean {
  if (profile.anyObject) return tag >= FIRST_OBJECT && tag <= LAST_OBJECT;
  return tag >= FIRST_CONTAINER && tag <= LAST_CONTAINER && tag !== WITHDRAWN_CONTAINER;
}

/**
 * Reads the tag that a GET DATA or PUT DATA names.
 *
 * @throws CardError 6A80 if there is no tag, or it does not have one to three bytes
 */
export function readTag(data: Buffer): number {
  const tag = requireValue(TAG_LIST, parseTlvs(data));
  if (tag.length < 1 || tag.length > 3) throw new CardError(StatusWord.wrongData, 'a tag has one to three bytes');
  return tag.readUIntBE(0, tag.length);
}

function requireCurrentApplication({ p1, p2 }: Command): void {
  if (p1 * 0x100 + p2 !== CURRENT_APPLICATION) throw new CardError(StatusWord.wrongParameters, 'P1 P2 is 3F FF');
}
