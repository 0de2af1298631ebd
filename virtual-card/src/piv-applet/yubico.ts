import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import type { Card } from '../card/card.js';
import { factoryPin, factoryPuk } from '../card/card-state.js';
import { attest, ATTESTATION_CERTIFICATE } from './attestation.js';
import { firmwareVersion } from '../card/firmware.js';
import { importKey } from './key-import.js';
import { setManagementKey } from './management-key.js';
import { getMetadata } from './metadata.js';
import type { Instruction } from './instruction.js';
import { holdsKey, Slot } from './slots.js';

/** Yubico's own instruction bytes (developers.yubico.com/PIV/Introduction/Yubico_extensions.html). */
const Ins = {
  moveKey: 0xf6,
  getMetadata: 0xf7,
  getSerial: 0xf8,
  attest: 0xf9,
  setRetries: 0xfa,
  reset: 0xfb,
  getVersion: 0xfd,
  importKey: 0xfe,
  setManagementKey: 0xff,
} as const;

const DELETE = 0xff;
const SERIAL_BYTES = 4;
const NOTHING = Buffer.alloc(0);

export const yubicoInstructions: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [Ins.moveKey, moveKey],
  [Ins.getMetadata, getMetadata],
  [Ins.getSerial, getSerial],
  [Ins.attest, attest],
  [Ins.setRetries, setRetries],
  [Ins.reset, reset],
  [Ins.getVersion, () => firmwareVersion],
  [Ins.importKey, importKey],
  [Ins.setManagementKey, setManagementKey],
]);

function getSerial({ state }: Card): Buffer {
  const serial = Buffer.alloc(SERIAL_BYTES);
  serial.writeUInt32BE(state.serial ?? 0);
  return serial;
}

/** MOVE KEY (firmware 5.7): P1 is where to, P2 where from; to FF deletes. */
function moveKey(card: Card, { p1: to, p2: from }: Command): Buffer {
  card.requireManagement();
  const { keys } = card.state;
  const key = keys.get(from);
  if (!key) throw new CardError(StatusWord.referenceNotFound, 'no key to move');
  if (to !== DELETE) {
    if (!holdsKey(to, card.profile) || to === Slot.attestation || from === Slot.attestation || keys.has(to)) {
      throw new CardError(StatusWord.wrongData, 'the key cannot go there');
    }
    keys.set(to, key);
  }
  keys.delete(from);
  return NOTHING;
}

/** SET PIN RETRIES: P1 for the PIN, P2 for the PUK. Both get their factory values again. */
function setRetries(card: Card, { p1: pinTries, p2: pukTries }: Command): Buffer {
  card.requireManagement();
  card.requirePin();
  if (pinTries === 0 || pukTries === 0) throw new CardError(StatusWord.wrongData, 'at least one try');
  Object.assign(card.state.pin, factoryPin(pinTries));
  Object.assign(card.state.puk, factoryPuk(pukTries));
  card.forgetPin();
  return NOTHING;
}

/** RESET: back to the factory, once PIN and PUK are blocked. The attestation key and its certificate stay. */
function reset(card: Card): Buffer {
  const { state, profile } = card;
  if (state.pin.triesLeft > 0 || state.puk.triesLeft > 0) {
    throw new CardError(StatusWord.conditionsNotSatisfied, 'PIN and PUK are to be blocked first');
  }
  Object.assign(state.pin, factoryPin());
  Object.assign(state.puk, factoryPuk());
  Object.assign(state.managementKey, { ...profile.factoryManagementKey, touch: false });
  for (const slot of [...state.keys.keys()]) if (slot !== Slot.attestation) state.keys.delete(slot);
  for (const tag of [...state.objects.keys()]) if (tag !== ATTESTATION_CERTIFICATE) state.objects.delete(tag);
  card.logOut();
  return NOTHING;
}
