import 'reflect-metadata';
import { createPrivateKey, createPublicKey, KeyObject, sign, webcrypto } from 'node:crypto';
import type { KeySlot, Slot } from '@cardwright/protocol/devices';
import { freshKeys, KeyAlgorithm } from '@cardwright/virtual-card';
import * as x509 from '@peculiar/x509';
import { attestKey } from '../../integration/portal/support/attestation-authority.js';
import { writeKey } from './card-memory.js';
import type { TestCard } from './test-card.js';

/** Attacks on a card in one's own hands, with a program instead of a host. */

const P256 = { name: 'ECDSA', namedCurve: 'P-256' };
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

/** Generates a P-256 key in a slot. */
export async function makeKey(card: TestCard, slot: KeySlot): Promise<void> {
  const algorithm = KeyAlgorithm.p256;
  writeKey(card.state, slot, { algorithm, privateKey: await freshKeys.generate(algorithm) });
}

/** Extracts the key pair of a slot, P-256 or RSA, which no real card allows. */
export async function keyPairIn(card: TestCard, slot: KeySlot): Promise<webcrypto.CryptoKeyPair> {
  const held = card.state.keys.get(Number.parseInt(slot, 16));
  if (!held) throw new Error(`no key in ${slot}`);
  const { algorithm, privateKey: pkcs8 } = held;
  const kind = algorithm === KeyAlgorithm.p256 ? P256 : RSA;
  const key = createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return {
    privateKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, kind, true, ['sign']),
    publicKey: await webcrypto.subtle.importKey('spki', spki, kind, true, ['verify']),
  };
}

/** Makes the card attest the key of a slot. */
export async function attestationOf(card: TestCard, slot: Slot) {
  if (!card.attestation) throw new Error('this card attests nothing');
  const { publicKey } = await keyPairIn(card, slot);
  return attestKey(card.attestation, publicKey, { slot, serial: card.serial });
}

/** Makes a certification request signed by a key pair, base64url; without a challenge if that is null. */
export async function requestBy(
  keys: webcrypto.CryptoKeyPair,
  commonName: string,
  challenge: string | null,
): Promise<string> {
  const { rawData } = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [commonName] }],
    attributes: challenge === null ? [] : [new x509.ChallengePasswordAttribute(challenge)],
    keys,
    signingAlgorithm: keys.publicKey.algorithm.name === 'ECDSA' ? { name: 'ECDSA', hash: 'SHA-256' } : RSA,
  });
  return Buffer.from(rawData).toString('base64url');
}

/** Makes the result of `key.prove` for the key in a slot, with its signature of a message. */
export async function proofBy(card: TestCard, slot: Slot, message: Uint8Array) {
  const { publicKey, privateKey } = await keyPairIn(card, slot);
  const spki = KeyObject.from(publicKey).export({ type: 'spki', format: 'der' });
  return {
    publicKey: spki.toString('base64url'),
    made: true,
    attestation: await attestationOf(card, slot),
    signature: sign('sha256', message, KeyObject.from(privateKey)).toString('base64url'),
  };
}
