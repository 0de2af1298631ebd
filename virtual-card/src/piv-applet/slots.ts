import type { Profile } from '../card/profile.js';
import { YubicoIns } from '../card/yubico-instruction.js';

/** Key references (SP 800-73-4 Part 1, table 4b), and Yubico's attestation slot. */
export const Slot = {
  authentication: 0x9a,
  managementKey: 0x9b,
  signature: 0x9c,
  keyManagement: 0x9d,
  cardAuthentication: 0x9e,
  firstRetired: 0x82,
  lastRetired: 0x95,
  attestation: 0xf9,
} as const;

/** PIN and touch policies as Yubico numbers them (tags AA and AB). */
export const PinPolicy = { default: 0, never: 1, once: 2, always: 3 } as const;
export const TouchPolicy = { default: 0, never: 1, always: 2, cached: 3 } as const;

export function isRetired(slot: number): boolean {
  return slot >= Slot.firstRetired && slot <= Slot.lastRetired;
}

/** True if the slot is for key management (9D, 82 to 95). By the standard, a key in this slot derives or decrypts other keys, and does not sign. */
export function isKeyManagement(slot: number): boolean {
  return slot === Slot.keyManagement || isRetired(slot);
}

/** True if a key can be generated in this slot, or imported into it. */
export function holdsKey(slot: number, profile: Profile): boolean {
  const main: readonly number[] = [Slot.authentication, Slot.signature, Slot.keyManagement, Slot.cardAuthentication];
  if (main.includes(slot)) return true;
  return isRetired(slot) ? profile.retiredSlots : slot === Slot.attestation && attests(profile);
}

function attests({ firmware }: Profile): boolean {
  return firmware?.instructions.has(YubicoIns.attest) ?? false;
}

/** Returns the PIN policy that the standard prescribes for the use of a slot's key (SP 800-73-4 Part 1, table 4b). */
export function defaultPinPolicy(slot: number): number {
  if (slot === Slot.signature) return PinPolicy.always;
  return slot === Slot.cardAuthentication ? PinPolicy.never : PinPolicy.once;
}
