import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Command } from '../apdu/command.js';
import { CardError, StatusWord } from '../apdu/status-word.js';
import { parseTlvs, requireValue, type Tlv } from '../apdu/tlv.js';
import type { EcKind, RsaKind } from '../card/algorithms.js';
import type { Card } from '../card/card.js';
import { ecPrivateKey } from '../x509/ec-key.js';
import { readPolicies } from './key-generation.js';
import { inverseOf, kindOf, toBytes, toInteger } from './private-key.js';
import { holdsKey } from './slots.js';

/** Tags of IMPORT ASYMMETRIC KEY: the five numbers of an RSA key in CRT form, or the scalar of an EC key. */
const Tag = { p: 0x01, q: 0x02, dp: 0x03, dq: 0x04, qInverse: 0x05, scalar: 0x06 } as const;
const PUBLIC_EXPONENT = 65_537n;

/** Executes IMPORT ASYMMETRIC KEY (Yubico, FE). P1 is the algorithm, P2 the slot. An imported key is never attested. */
export function importKey(card: Card, { p1: algorithm, p2: slot, data }: Command): Buffer {
  card.requireManagement();
  if (!card.profile.keyAlgorithms.includes(algorithm)) throw new CardError(StatusWord.wrongData, 'unknown algorithm');
  if (!holdsKey(slot, card.profile)) throw new CardError(StatusWord.wrongParameters, 'no such slot');
  const fields = parseTlvs(data);
  const kind = kindOf(algorithm);
  const policies = readPolicies(card, slot, fields);
  const key = tryToImport(() => (kind.family === 'rsa' ? importRsa(kind, fields) : importEc(kind, fields)));
  const privateKey = key.export({ type: 'pkcs8', format: 'der' });
  card.state.keys.set(slot, { algorithm, origin: 'imported', ...policies, privateKey });
  return Buffer.alloc(0);
}

function importRsa({ bits }: RsaKind, fields: readonly Tlv[]): KeyObject {
  const [p, q] = [requireValue(Tag.p, fields), requireValue(Tag.q, fields)].map(toInteger);
  if (p === undefined || q === undefined) throw new Error('p and q needed');
  const modulus = toBytes(p * q);
  if (modulus.length !== bits / 8) throw new Error('modulus of another length');
  const part = (tag: number): string => minimal(requireValue(tag, fields)).toString('base64url');
  const key = {
    kty: 'RSA',
    n: modulus.toString('base64url'),
    e: toBytes(PUBLIC_EXPONENT).toString('base64url'),
    d: toBytes(inverseOf(PUBLIC_EXPONENT, (p - 1n) * (q - 1n))).toString('base64url'),
    p: part(Tag.p),
    q: part(Tag.q),
    dp: part(Tag.dp),
    dq: part(Tag.dq),
    qi: part(Tag.qInverse),
  };
  return createPrivateKey({ key, format: 'jwk' });
}

function importEc({ curve, fieldBytes }: EcKind, fields: readonly Tlv[]): KeyObject {
  const scalar = requireValue(Tag.scalar, fields);
  if (scalar.length !== fieldBytes) throw new Error('scalar of another length');
  return createPrivateKey(ecPrivateKey(curve, scalar));
}

function minimal(big: Buffer): Buffer {
  return toBytes(toInteger(big));
}

function tryToImport(make: () => KeyObject): KeyObject {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof CardError) throw cause;
    throw new CardError(StatusWord.wrongData, 'the numbers are not a key');
  }
}
