import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import type { Card } from '../card/card.js';
import { factoryPin, factoryPuk } from '../card/card-state.js';
import { attest, ATTESTATION_CERTIFICATE } from './attestation.js';
import { factoryObjects } from '../card/factory-objects.js';
import { freshFidoState } from '../card/fido-state.js';
import type { Firmware } from '../card/firmware.js';
import { YubicoIns } from '../card/yubico-instruction.js';
import { importKey } from './key-import.js';
import { setManagementKey } from './management-key.js';
import { getMetadata } from './metadata.js';
import type { FirmwareInstruction, Instruction } from './instruction.js';
import { holdsKey, Slot } from './slots.js';

const DELETE = 0xff;
const SERIAL_BYTES = 4;
const NOTHING = Buffer.alloc(0);

const instructions: ReadonlyMap<number, FirmwareInstruction> = new Map<number, FirmwareInstruction>([
  [YubicoIns.moveKey, moveKey],
  [YubicoIns.getMetadata, (card, command, { emptyMetadata }) => (emptyMetadata ? NOTHING : getMetadata(card, command))],
  [YubicoIns.getSerial, getSerial],
  [YubicoIns.attest, attestOrFail],
  [YubicoIns.setRetries, setRetries],
  [YubicoIns.reset, reset],
  [YubicoIns.getVersion, (_card, _command, { version }) => version],
  [YubicoIns.importKey, importKey],
  [YubicoIns.setManagementKey, setManagementKey],
]);

/** Returns Yubico's instruction with this byte. Returns undefined if the firmware lacks the instruction. */
export function yubicoInstruction(firmware: Firmware, ins: number): Instruction | undefined {
  const instruction = firmware.instructions.has(ins) ? instructions.get(ins) : undefined;
  return instruction && ((card, command) => instruction(card, command, firmware));
}

function getSerial({ state }: Card): Buffer {
  const serial = Buffer.alloc(SERIAL_BYTES);
  serial.writeUInt32BE(state.serial ?? 0);
  return serial;
}

function attestOrFail(card: Card, command: Command, firmware: Firmware): Buffer {
  if (firmware.attestFails !== undefined) throw new CardError(firmware.attestFails, 'keys are not attested');
  return attest(card, command, firmware);
}

/** Executes MOVE KEY (since firmware 5.7). P1 is the target slot, P2 the source. The target FF deletes the key. */
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

/** Executes SET PIN RETRIES. P1 is the PIN's number of tries, P2 the PUK's number of tries. PIN and PUK get their factory values back. */
function setRetries(card: Card, { p1: pinTries, p2: pukTries }: Command): Buffer {
  card.requireManagement();
  card.requirePin();
  if (pinTries === 0 || pukTries === 0) throw new CardError(StatusWord.wrongData, 'at least one try');
  Object.assign(card.state.pin, factoryPin(pinTries, card.profile.factoryPin));
  Object.assign(card.state.puk, factoryPuk(pukTries));
  card.forgetPin();
  return NOTHING;
}

/**
 * Executes RESET, which restores the factory state if PIN and PUK are blocked, or the PIN alone where that suffices. Keeps the attestation key and its certificate. A FIDO2 application
 * that shares the PIN is erased too, because otherwise anyone could use its credentials.
 */
function reset(card: Card, _command: Command, { resetsWithPuk = false }: Firmware): Buffer {
  const { state, profile } = card;
  if (state.pin.triesLeft > 0 || (state.puk.triesLeft > 0 && !resetsWithPuk)) {
    throw new CardError(StatusWord.conditionsNotSatisfied, 'PIN and PUK are to be blocked first');
  }
  Object.assign(state.pin, factoryPin(profile.pinTries, profile.factoryPin));
  Object.assign(state.puk, factoryPuk(profile.pukTries));
  if (profile.fido?.pin === 'shared') Object.assign(card.fido, freshFidoState());
  Object.assign(state.managementKey, { ...profile.factoryManagementKey, touch: false });
  for (const slot of [...state.keys.keys()]) if (slot !== Slot.attestation) state.keys.delete(slot);
  const objects = factoryObjects(profile, state.objects);
  for (const tag of [...state.objects.keys()]) if (tag !== ATTESTATION_CERTIFICATE) state.objects.delete(tag);
  for (const [tag, object] of objects) state.objects.set(tag, object);
  card.logOut();
  return NOTHING;
}
