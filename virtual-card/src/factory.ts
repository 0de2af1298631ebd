import { createPublicKey, randomInt } from 'node:crypto';
import { tlv } from './apdu/tlv.js';
import { KeyAlgorithm } from './card/algorithms.js';
import { type CardState, factoryPin, factoryPuk, type ReferenceData, type StoredKey } from './card/card-state.js';
import type { ProfileName } from './card/profile.js';
import { profiles } from './card/profiles.js';
import { freshKeys, keyObjectOf } from './piv-applet/private-key.js';
import { PinPolicy, Slot, TouchPolicy } from './piv-applet/slots.js';
import { ATTESTATION_CERTIFICATE } from './piv-applet/attestation.js';
import { attestationIssuers, certifyAttestationKey } from './x509/test-authorities.js';

const LOWEST_SERIAL = 10_000_000;
const HIGHEST_SERIAL = 99_999_999;
const CERTIFICATE = 0x70;
const CERTIFICATE_INFORMATION = 0x71;
const ERROR_DETECTION = 0xfe;
const UNCOMPRESSED = Buffer.of(0);

export interface CardToMake {
  readonly profile: ProfileName;
  /** As printed on the device; drawn at random by default. */
  readonly serial?: number | undefined;
  /** Someone has used up the tries of its PIN and its PUK. */
  readonly locked?: boolean | undefined;
}

/**
 * Makes a blank card. One with Yubico's firmware leaves the factory with an attestation key of its own, certified under
 * a test root; a plain PIV card has no serial number and nothing that would tell it from the next one.
 */
export async function makeCard({ profile: name, serial, locked = false }: CardToMake): Promise<CardState> {
  const profile = profiles[name];
  const { firmware } = profile;
  const made = (reference: ReferenceData): ReferenceData => (locked ? { ...reference, triesLeft: 0 } : reference);
  const blank: CardState = {
    profile: name,
    serial: firmware ? (serial ?? randomInt(LOWEST_SERIAL, HIGHEST_SERIAL + 1)) : undefined,
    pin: made(factoryPin(profile.pinTries)),
    puk: made(factoryPuk()),
    managementKey: { ...profile.factoryManagementKey, touch: false },
    keys: new Map(),
    objects: new Map(),
  };
  if (!firmware || !profile.attestationKey) return blank;
  const key = await makeAttestationKey();
  const certificate = certifyAttestationKey(
    createPublicKey(keyObjectOf(key)),
    attestationIssuers[firmware.attestationChain],
  );
  blank.keys.set(Slot.attestation, key);
  blank.objects.set(
    ATTESTATION_CERTIFICATE,
    Buffer.concat([tlv(CERTIFICATE, certificate), tlv(CERTIFICATE_INFORMATION, UNCOMPRESSED), tlv(ERROR_DETECTION)]),
  );
  return blank;
}

async function makeAttestationKey(): Promise<StoredKey> {
  return {
    algorithm: KeyAlgorithm.p256,
    origin: 'imported',
    pinPolicy: PinPolicy.never,
    touchPolicy: TouchPolicy.never,
    privateKey: await freshKeys.generate(KeyAlgorithm.p256),
  };
}
