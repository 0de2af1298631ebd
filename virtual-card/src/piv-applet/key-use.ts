import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import { parseTlvs, requireValue, tlv, valueOf } from '../apdu/tlv.js';
import type { Card } from '../card/card.js';
import type { StoredKey } from '../card/card-state.js';
import { DynamicAuthentication } from './dynamic-authentication.js';
import { authenticateManagement } from './management-key.js';
import { deriveSecret, kindOf, rsaPrivateOperation, signDigest } from './private-key.js';
import { isKeyManagement, PinPolicy, Slot } from './slots.js';

/**
 * Executes GENERAL AUTHENTICATE (SP 800-73-4 Part 2, 3.2.4): authenticates the management key on 9B, and uses the private key in any other slot
 * except F9. Tag 81 is the input to sign or, with RSA, to decrypt. Tag 85 is the other side's point for ECDH.
 */
export function generalAuthenticate(card: Card, command: Command): Buffer {
  if (command.p2 === Slot.managementKey) return authenticateManagement(card, command);
  const key = usableKey(card, command.p2);
  if (key.algorithm !== command.p1) throw new CardError(StatusWord.wrongData, 'the key has another algorithm');
  const fields = parseTlvs(requireValue(DynamicAuthentication.template, parseTlvs(command.data)));
  if (requireValue(DynamicAuthentication.response, fields).length > 0) {
    throw new CardError(StatusWord.wrongData, 'tag 82 is to be empty');
  }
  requirePinFor(card, key);
  if (key.isCleared === true) throw new CardError(StatusWord.internalError, 'the key is cleared');
  const point = valueOf(DynamicAuthentication.exponentiation, fields);
  const result = point
    ? agree(card, command.p2, key, point)
    : sign(card, command.p2, key, requireValue(DynamicAuthentication.challenge, fields));
  return tlv(DynamicAuthentication.template, tlv(DynamicAuthentication.response, result));
}

function usableKey(card: Card, slot: number): StoredKey {
  const key = slot === Slot.attestation ? undefined : card.state.keys.get(slot);
  if (!key) throw new CardError(card.profile.statusWords.noKeyInSlot, 'no key in this slot');
  return key;
}

/** Requires the PIN as the key's policy demands. Any use of a key ends the PIN's freshness, even if the key did not need the PIN. */
function requirePinFor(card: Card, { pinPolicy }: StoredKey): void {
  const isFresh = card.pinIsFresh;
  card.pinIsFresh = false;
  if (pinPolicy !== PinPolicy.never) card.requirePin();
  if (pinPolicy === PinPolicy.always && !isFresh) {
    throw new CardError(StatusWord.securityStatusNotSatisfied, 'PIN needed immediately before each use');
  }
}

function sign(card: Card, slot: number, key: StoredKey, input: Buffer): Buffer {
  const kind = kindOf(key.algorithm);
  if (kind.family === 'rsa') return rsaPrivateOperation(key, kind, input);
  if (isKeyManagement(slot) && !card.profile.ecKeyManagementKeySigns) {
    throw new CardError(StatusWord.wrongData, 'a key management key on a curve does not sign');
  }
  return signDigest(key, kind, input);
}

function agree(card: Card, slot: number, key: StoredKey, point: Buffer): Buffer {
  const kind = kindOf(key.algorithm);
  if (kind.family === 'rsa') throw new CardError(StatusWord.wrongData, 'RSA has no key agreement');
  if (!isKeyManagement(slot) && !card.profile.ecKeyManagementKeySigns) {
    throw new CardError(StatusWord.wrongData, 'only a key management key agrees on keys');
  }
  return deriveSecret(key, kind, point);
}
