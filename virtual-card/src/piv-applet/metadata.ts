import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import { tlv } from '../apdu/tlv.js';
import type { Card } from '../card/card.js';
import { factoryPin, factoryPuk, type ReferenceData, type StoredKey } from '../card/card-state.js';
import { Reference } from './pins.js';
import { encodePublicKey } from './private-key.js';
import { Slot, TouchPolicy } from './slots.js';

/** Tags of GET METADATA's answer. */
const Tag = { algorithm: 0x01, policy: 0x02, origin: 0x03, publicKey: 0x04, isFactory: 0x05, tries: 0x06 } as const;
const Origin = { generated: 1, imported: 2 } as const;
/** Algorithm byte of the PIN and the PUK, which have no algorithm. */
const NO_ALGORITHM = 0xff;

/** Executes GET METADATA (Yubico, F7; since firmware 5.3) for a slot, the PIN, the PUK or the management key. */
export function getMetadata(card: Card, { p2: reference }: Command): Buffer {
  if (reference === Reference.pin)
    return ofReference(card.state.pin, factoryPin(card.profile.pinTries, card.profile.factoryPin));
  if (reference === Reference.puk) return ofReference(card.state.puk, factoryPuk());
  if (reference === Slot.managementKey) return ofManagementKey(card);
  const key = card.state.keys.get(reference);
  if (!key) throw new CardError(StatusWord.referenceNotFound, 'no key in this slot');
  return ofKey(key);
}

function ofReference(reference: ReferenceData, factory: ReferenceData): Buffer {
  return Buffer.concat([
    tlv(Tag.algorithm, Buffer.of(NO_ALGORITHM)),
    flag(reference.value.equals(factory.value)),
    tlv(Tag.tries, Buffer.of(reference.tries, reference.triesLeft)),
  ]);
}

function ofManagementKey({ state, profile }: Card): Buffer {
  const { algorithm, key, touch } = state.managementKey;
  const isFactory =
    algorithm === profile.factoryManagementKey.algorithm && key.equals(profile.factoryManagementKey.key);
  return Buffer.concat([
    tlv(Tag.algorithm, Buffer.of(algorithm)),
    tlv(Tag.policy, Buffer.of(0, touch ? TouchPolicy.always : TouchPolicy.never)),
    flag(isFactory),
  ]);
}

function ofKey(key: StoredKey): Buffer {
  return Buffer.concat([
    tlv(Tag.algorithm, Buffer.of(key.algorithm)),
    tlv(Tag.policy, Buffer.of(key.pinPolicy, key.touchPolicy)),
    tlv(Tag.origin, Buffer.of(Origin[key.origin])),
    tlv(Tag.publicKey, encodePublicKey(key)),
  ]);
}

function flag(isFactory: boolean): Buffer {
  return tlv(Tag.isFactory, Buffer.of(isFactory ? 1 : 0));
}
