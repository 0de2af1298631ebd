import { createCipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import { parseTlvs, requireValue, type Tlv, tlv, valueOf } from '../apdu/tlv.js';
import { type BlockCipher, blockCipherOf, ManagementAlgorithm } from '../card/algorithms.js';
import type { Card } from '../card/card.js';
import type { ManagementKey } from '../card/card-state.js';
import type { Firmware } from '../card/firmware.js';
import { DynamicAuthentication } from './dynamic-authentication.js';

const NOTHING = Buffer.alloc(0);

/**
 * Executes GENERAL AUTHENTICATE on 9B (SP 800-73-4 Part 2, A.1). Two commands prove to the card that the reader has the management key.
 *
 * - Mutual: the reader requests a witness (80), returns the witness decrypted, together with a challenge (81), and gets this challenge encrypted
 *   (82). To a strict card (`internalManagementAuthentication`), a command with tag 82 is INTERNAL AUTHENTICATE: the card encrypts the challenge, and
 *   the reader proves nothing.
 * - One-way, if the card permits it: the reader requests a challenge (81), and returns the challenge encrypted (82).
 */
export function authenticateManagement(card: Card, command: Command): Buffer {
  const key = card.state.managementKey;
  requireAlgorithm(card, command.p1);
  const fields = parseTlvs(requireValue(DynamicAuthentication.template, parseTlvs(command.data)));
  const pending = card.pendingChallenge;
  card.pendingChallenge = undefined;
  if (card.profile.internalManagementAuthentication && valueOf(DynamicAuthentication.response, fields)) {
    return answerChallenge(key, fields);
  }
  const witness = valueOf(DynamicAuthentication.witness, fields);
  if (witness?.length === 0) return offerWitness(card, key);
  if (witness) return answerMutually(card, key, pending?.kind === 'mutual' ? pending.expected : undefined, fields);
  if (!card.profile.oneWayManagementAuthentication) {
    throw new CardError(StatusWord.wrongData, 'only mutual authentication');
  }
  if (valueOf(DynamicAuthentication.challenge, fields)?.length === 0) return offerChallenge(card, key);
  const response = requireValue(DynamicAuthentication.response, fields);
  prove(card, pending?.kind === 'one-way' ? pending.expected : undefined, response);
  return NOTHING;
}

/**
 * Executes SET MANAGEMENT KEY (Yubico, FF). The data is `alg 9B length key`. P2 = FE requires a touch at each use of the key; this card reports the
 * requirement in GET METADATA, but waits for no touch.
 */
export function setManagementKey(card: Card, { p1, p2, data }: Command, firmware: Firmware): Buffer {
  card.requireManagement();
  if (p1 !== 0xff || (p2 !== 0xff && p2 !== 0xfe))
    throw new CardError(StatusWord.wrongParameters, 'P1 P2 is FF FF or FF FE');
  const algorithm = data[0] ?? 0;
  if (!firmware.managementAlgorithms.includes(algorithm)) {
    throw new CardError(StatusWord.wrongData, 'this firmware has no management key of that algorithm');
  }
  const key = valueOf(0x9b, parseTlvs(data.subarray(1)));
  if (key?.length !== cipherOf(algorithm).keyBytes) throw new CardError(StatusWord.wrongData, 'key of another length');
  Object.assign(card.state.managementKey, { algorithm, key: Buffer.from(key), touch: p2 === 0xfe });
  return NOTHING;
}

function offerWitness(card: Card, key: ManagementKey): Buffer {
  const expected = randomBytes(cipherOf(key.algorithm).blockBytes);
  card.pendingChallenge = { kind: 'mutual', expected };
  return template(DynamicAuthentication.witness, encrypt(key, expected));
}

function offerChallenge(card: Card, key: ManagementKey): Buffer {
  const challenge = randomBytes(cipherOf(key.algorithm).blockBytes);
  card.pendingChallenge = { kind: 'one-way', expected: encrypt(key, challenge) };
  return template(DynamicAuthentication.challenge, challenge);
}

function answerMutually(card: Card, key: ManagementKey, expected: Buffer | undefined, fields: readonly Tlv[]): Buffer {
  const response = answerChallenge(key, fields);
  prove(card, expected, requireValue(DynamicAuthentication.witness, fields));
  return response;
}

/** Encrypts the reader's challenge. This proves that the card knows the key, and grants the reader nothing. */
function answerChallenge(key: ManagementKey, fields: readonly Tlv[]): Buffer {
  const challenge = requireValue(DynamicAuthentication.challenge, fields);
  if (challenge.length !== cipherOf(key.algorithm).blockBytes) {
    throw new CardError(StatusWord.wrongData, 'challenge of another length');
  }
  return template(DynamicAuthentication.response, encrypt(key, challenge));
}

function prove(card: Card, expected: Buffer | undefined, answer: Buffer): void {
  card.managementAuthenticated = expected?.length === answer.length && timingSafeEqual(expected, answer);
  if (!expected) throw new CardError(card.profile.statusWords.unaskedManagementAnswer, 'no challenge was asked for');
  if (!card.managementAuthenticated) {
    throw new CardError(card.profile.statusWords.wrongManagementAnswer, 'wrong management key');
  }
}

/** Checks that P1 names the key's algorithm; 00 names 3DES (SP 800-78-4, table 6-2). Does nothing on a card that ignores P1. */
function requireAlgorithm(card: Card, p1: number): void {
  const { wrongManagementAlgorithm } = card.profile.statusWords;
  const isDefault = p1 === 0 && card.state.managementKey.algorithm === ManagementAlgorithm.tripleDes;
  if (wrongManagementAlgorithm === undefined || p1 === card.state.managementKey.algorithm || isDefault) return;
  throw new CardError(wrongManagementAlgorithm, 'the management key has another algorithm');
}

function cipherOf(algorithm: number): BlockCipher {
  const cipher = blockCipherOf(algorithm);
  if (!cipher) throw new CardError(StatusWord.wrongData, 'unknown management key algorithm');
  return cipher;
}

/** Encrypts one block without a mode of operation, as the standard's challenge and response do. */
function encrypt({ algorithm, key }: ManagementKey, block: Buffer): Buffer {
  const cipher = createCipheriv(cipherOf(algorithm).cipher, key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

function template(tag: number, value: Buffer): Buffer {
  return tlv(DynamicAuthentication.template, tlv(tag, value));
}
