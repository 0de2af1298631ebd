import 'reflect-metadata';
import { createHash, createPrivateKey, createPublicKey, KeyObject, type webcrypto } from 'node:crypto';
import { expect } from '@jest/globals';
import { CardKey } from '@cardwright/cms/keys';
import type { Slot } from '@cardwright/protocol/devices';
import {
  attestKey,
  type AttestationAuthority,
  type AttestedFacts,
} from '../../../integration/portal/support/attestation-authority.js';
import { forgeAll, forgeAttestations, forgeOf, type Forge } from '../../../support/forging.js';
import { keyPairIn, makeKey, requestBy } from '../../../support/host-and-card/card-program.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import type { ShownDevice, TestCms } from '../../support/test-cms.js';

/** Creates a card of a batch. Its cards share key and certificate in F9, and their attestations name no serial number. */

export const newBatchCard = (cms: TestCms, vendor = cms.vendor): TestCard =>
  new TestCard('yubikey', cms.newSerial(), vendor, 'yubikey-4.3.7');

/** The facts in their attestations besides slot and key. */
export const BATCH = { serial: null, firmware: [4, 3, 7] } as const;

/** Returns the DER SubjectPublicKeyInfo of each key on a card now. */
function publicKeysOf(card: TestCard): Map<Slot, Buffer> {
  const keys = new Map<Slot, Buffer>();
  for (const [slot, { privateKey }] of card.keys) {
    const key = createPublicKey(createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' }));
    keys.set(slot, key.export({ type: 'spki', format: 'der' }));
  }
  return keys;
}

/** Returns the end of the identity of a device whose vendor signs no serial number. */
export function proofMarkOf(card: TestCard): string {
  const key = publicKeysOf(card).get('9E');
  if (!key) throw new Error('the card has no key to prove itself with');
  return `:9e:${createHash('sha256').update(key).digest('hex')}`;
}

/** Returns a device's certificates that relying parties accept, or may accept later. */
export const liveCertificates = ({ certificates }: ShownDevice) =>
  certificates.filter(({ status }) => status !== 'revoked');

/** Expects the device to be this card's: known by its key in 9E, with certificates for keys on the card only. */
export function expectOwn(device: ShownDevice, card: TestCard): void {
  expect(device.identity).toMatch(new RegExp(`^[0-9a-f]{64}${proofMarkOf(card)}$`));
  const keys = publicKeysOf(card);
  for (const { slot, keyHash } of liveCertificates(device)) {
    const key = [...keys].find(([name]) => name === slot)?.[1];
    expect([slot, keyHash]).toEqual([slot, key && CardKey.read(key).hash]);
  }
}

const spkiOf = (key: webcrypto.CryptoKey): string =>
  KeyObject.from(key).export({ type: 'spki', format: 'der' }).toString('base64url');

/** Makes the host present another card's key for a slot, with that card's attestation and signed request. */
export async function forgeKeyOf(
  other: TestCard,
  slot: Slot,
  vendor: AttestationAuthority,
  facts: Pick<AttestedFacts, 'serial' | 'firmware'>,
): Promise<Forge> {
  await makeKey(other, slot);
  const pair = await keyPairIn(other, slot);
  return forgeAll(
    forgeOf('key.generate', (asked, made) => (asked.slot === slot ? { publicKey: spkiOf(pair.publicKey) } : made)),
    forgeAttestations((asked, own) => (asked === slot ? attestKey(vendor, pair.publicKey, { slot, ...facts }) : own)),
    forgeOf('csr.create', async (asked, made) =>
      asked.slot === slot ? { request: await requestBy(pair, asked.commonName, asked.challenge) } : made,
    ),
  );
}
