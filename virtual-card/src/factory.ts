import { randomInt } from 'node:crypto';
import { tlv } from './apdu/tlv.js';
import { KeyAlgorithm } from './card/algorithms.js';
import { type CardState, factoryPin, factoryPuk, type ReferenceData } from './card/card-state.js';
import { factoryObjects } from './card/factory-objects.js';
import type { Firmware } from './card/firmware.js';
import type { ProfileName } from './card/profile.js';
import { profiles } from './card/profiles.js';
import { PinPolicy, Slot, TouchPolicy } from './piv-applet/slots.js';
import { ATTESTATION_CERTIFICATE } from './piv-applet/attestation.js';
import { type AttestationKey, pivBatch } from './x509/test-authorities.js';

const LOWEST_SERIAL = 10_000_000;
const HIGHEST_SERIAL = 99_999_999;
const CERTIFICATE = 0x70;
const CERTIFICATE_INFORMATION = 0x71;
const ERROR_DETECTION = 0xfe;
const UNCOMPRESSED = Buffer.of(0);

export interface CardToMake {
  readonly profile: ProfileName;
  /**
   * Serial number, as printed on the device. Default: random, of eight digits. Ignored for a profile without `firmware`, whose cards have no serial
   * number.
   */
  readonly serial?: number | undefined;
  /** Set when the card's owner has disabled the serial number in attestations. */
  readonly hidesSerial?: boolean | undefined;
  /** Set when neither the PIN nor the PUK has a try left. */
  readonly locked?: boolean | undefined;
}

/**
 * Makes a blank card. If the profile has `firmware` and `attestationKey`, slot F9 holds the attestation key of the card's batch, certified under a
 * test root. All cards with the same firmware belong to one batch. A card without `firmware` has no serial number, so two blank cards of such a
 * profile cannot be told apart.
 */
export function makeCard(card: CardToMake): Promise<CardState> {
  const { firmware, attestationKey } = profiles[card.profile];
  return Promise.resolve(blankCard(card, firmware && attestationKey ? batchOf(firmware) : undefined));
}

const batches = new Map<Firmware, AttestationKey>();

function batchOf(firmware: Firmware): AttestationKey {
  const known = batches.get(firmware) ?? pivBatch([...firmware.version].join('.'), firmware.attestationChain);
  batches.set(firmware, known);
  return known;
}

/**
 * Makes a blank card. Puts the attestation key, which may be of any vendor, into slot F9. If the key is undefined, F9 is empty, as if the card's
 * owner had deleted the key.
 */
export function blankCard(
  { profile: name, serial, hidesSerial, locked = false }: CardToMake,
  attestation: AttestationKey | undefined,
): CardState {
  const profile = profiles[name];
  const made = (reference: ReferenceData): ReferenceData => (locked ? { ...reference, triesLeft: 0 } : reference);
  const blank: CardState = {
    profile: name,
    serial: profile.firmware
      ? (profile.firmware.sharedSerial ?? serial ?? randomInt(LOWEST_SERIAL, HIGHEST_SERIAL + 1))
      : undefined,
    hidesSerial,
    pin: made(factoryPin(profile.pinTries, profile.factoryPin)),
    puk: made(factoryPuk(profile.pukTries)),
    managementKey: { ...profile.factoryManagementKey, touch: false },
    keys: new Map(),
    objects: factoryObjects(profile),
  };
  if (!attestation) return blank;
  const { privateKey, certificate } = attestation;
  blank.keys.set(Slot.attestation, {
    algorithm: KeyAlgorithm.p256,
    origin: 'imported',
    pinPolicy: PinPolicy.never,
    touchPolicy: TouchPolicy.never,
    privateKey,
  });
  blank.objects.set(
    ATTESTATION_CERTIFICATE,
    Buffer.concat([tlv(CERTIFICATE, certificate), tlv(CERTIFICATE_INFORMATION, UNCOMPRESSED), tlv(ERROR_DETECTION)]),
  );
  return blank;
}
