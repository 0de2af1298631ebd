import { X509Certificate, createPrivateKey, createPublicKey } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Stage } from '@cardwright/stage';
import { expectIssued, expectVerify } from '../card-judgement.js';
import { secretsOf, type CardMemory } from '../card-secrets.js';
import { hostsEnd } from '../native-hosts.js';
import type { StagedCard } from './staged-card.js';

const FACTORY_PUK = '12345678';
const FACTORY_MANAGEMENT_KEY = '010203040506070801020304050607080102030405060708';

/** Slots with the tags of their certificates (SP 800-73-4 Part 1, table 3 and 4b). */
const CERTIFICATES = { '9A': '0x5FC105', '9C': '0x5FC10A', '9D': '0x5FC10B', '9E': '0x5FC101' } as const;
type IssuedSlot = keyof typeof CERTIFICATES;
const SLOTS = Object.keys(CERTIFICATES) as IssuedSlot[];

/** A certificate as the portal lists it. */
export interface ListedCertificate {
  readonly slot: string;
  /** Hexadecimal. */
  readonly serialNumber: string;
  readonly status: string;
}

/**
 * Expects the memory of an issued card to have the new PIN, no replaceable factory secret, and in each slot a key with its
 * certificate, which openssl accepts.
 *
 * @returns the certificates, in the order of the slots
 */
export async function expectIssuedSilicon(stage: Stage, card: StagedCard, pin: string): Promise<X509Certificate[]> {
  const { memory } = card;
  const secrets = secretsOf(card.stateFile);
  expect(secrets.pin).toBe(pin);
  expect(secrets.puk).not.toBe(FACTORY_PUK);
  // A plain PIV card has no command to change its management key.
  expect(secrets.managementKey === FACTORY_MANAGEMENT_KEY).toBe(card.kind.startsWith('piv'));
  const certificates = SLOTS.map((slot) => certificateIn(memory, slot));
  for (const [index, slot] of SLOTS.entries())
    expect(certificates[index]?.publicKey.equals(publicKeyIn(memory, slot))).toBe(true);
  await expectVerify(
    stage,
    certificates.map((certificate) => certificate.toString()),
  );
  return certificates;
}

/** Expects {@link expectIssuedSilicon}, with the certificates that the portal lists. */
export async function expectListedSilicon(
  stage: Stage,
  card: StagedCard,
  pin: string,
  listed: readonly ListedCertificate[],
): Promise<void> {
  const certificates = await expectIssuedSilicon(stage, card, pin);
  expect(listed).toEqual(
    SLOTS.map((slot, index) =>
      expect.objectContaining({ slot, serialNumber: certificates[index]?.serialNumber.toLowerCase(), status: 'good' }),
    ),
  );
}

/**
 * Expects a card with elliptic curves to be issued, whatever went wrong meanwhile. `npm run test:all` asks independent programs, which
 * takes a dozen processes. `npm test` reads the card's memory, and asks these programs only in the tests of issuances.
 */
export async function expectUsable(stage: Stage, card: StagedCard, pin: string): Promise<void> {
  if (globalThis.runsEverything) return expectIssued(stage, card.inserted, pin, 'EC');
  await hostsEnd(stage);
  await expectIssuedSilicon(stage, card, pin);
}

/** Reads a slot's certificate: the value of tag 70 at the start, whose length takes two bytes (SP 800-73-4 Part 1, table 10). */
function certificateIn({ objects }: CardMemory, slot: IssuedSlot): X509Certificate {
  const object = Buffer.from(objects[CERTIFICATES[slot]] ?? '', 'hex');
  if (object.readUInt16BE(0) !== 0x7082) throw new Error(`there is no certificate in ${slot}`);
  return new X509Certificate(object.subarray(4, 4 + object.readUInt16BE(2)));
}

function publicKeyIn({ keys }: CardMemory, slot: IssuedSlot) {
  const key = Buffer.from(keys[`0x${slot}`]?.privateKey ?? '', 'hex');
  return createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
}
