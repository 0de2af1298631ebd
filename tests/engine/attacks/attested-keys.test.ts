import 'reflect-metadata';
import { KeyObject, randomBytes, type webcrypto } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CardKey } from '@cardwright/cms/keys';
import { CardwrightError } from '@cardwright/protocol';
import type { Slot } from '@cardwright/protocol/devices';
import { keyProofMessage } from '@cardwright/protocol/steps';
import { attestKey } from '../../integration/portal/support/attestation-authority.js';
import { forgeAll, forgeAttestations, forgeOf, refusedWith, relayForged, type Forge } from '../../support/forging.js';
import { attestationOf, keyPairIn, makeKey, proofBy, requestBy } from '../../support/host-and-card/card-program.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE, BOB } from '../support/test-people.js';
import { compressKey, newRequestFor } from './key-encoding.js';

/** Attacks that aim at certificates for keys of another card or another user. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const bob = new CmsUser(cms, BOB);

const newYubikey = () => cms.newCard('yubikey');
const ALL_SLOTS = { '9A': 'P-256', '9C': 'P-256', '9D': 'P-256', '9E': 'P-256' } as const;
const KEY_DIFFERS = 'The attested key is another one.';

const encode = (bytes: ArrayBuffer | Uint8Array): string => Buffer.from(new Uint8Array(bytes)).toString('base64url');
const spkiOf = (key: webcrypto.CryptoKey): Buffer => KeyObject.from(key).export({ type: 'spki', format: 'der' });

/** Claims for the host that the key in this slot cannot sign, which ends the step there. */
const cannotSign =
  (slot: Slot): Forge =>
  (outcomes, { commands }) => {
    const at = commands.findIndex(({ method, params }) => method === 'csr.create' && params.slot === slot);
    if (at < 0) return outcomes;
    const error = new CardwrightError('KEY_CANNOT_SIGN', { slot }).toWire();
    return [...outcomes.slice(0, at), { method: 'csr.create', error }];
  };

/** Makes the card's keys request their certificates with another challenge, or with none. */
const requesting = (card: TestCard, challenge: string | null): Forge =>
  forgeOf('csr.create', async ({ slot, commonName }) => ({
    request: await requestBy(await keyPairIn(card, slot), commonName, challenge),
  }));

const certificatesOf = (number: string | null) =>
  cms.devices.filter((row) => row.serial === number).flatMap(({ certificates }) => certificates);

describe('a key without a request', () => {
  it.each(
    (['9A', '9C'] as const).flatMap((slot) =>
      (['accept-attested', 'leave-out'] as const).map((rule) => [slot, rule] as const),
    ),
  )('is refused in %s, even where the policy for key management is "%s"', async (slot, keyManagementCannotSign) => {
    await cms.setPolicy('yubikey', { slots: ALL_SLOTS, keyManagementCannotSign });
    const card = newYubikey();
    const answer = await relayForged(bob, await bob.openHost(card), { forge: cannotSign(slot) });
    expect(answer).toMatchObject(refusedWith('KEY_CANNOT_SIGN'));
    expect(certificatesOf(card.serial).map((certificate) => certificate.slot)).not.toContain(slot);
  });

  it('is refused in 9E of a plain card, whose key gave no live proof', async () => {
    await cms.setPolicy('piv', { slots: ALL_SLOTS, keyManagementCannotSign: 'leave-out', unprovenKeys: 'allow' });
    const card = cms.newCard('piv');
    const answer = await relayForged(bob, await bob.openHost(card), { forge: cannotSign('9E') });
    expect(answer).toMatchObject(refusedWith('KEY_CANNOT_SIGN'));
    expect(cms.devicesOf(card).flatMap(({ certificates }) => certificates)).not.toContainEqual(
      expect.objectContaining({ slot: '9E' }),
    );
  });

  it('is certified in 9D only if the card in the reader attests it', async () => {
    await cms.setPolicy('yubikey', { slots: ALL_SLOTS, keyManagementCannotSign: 'accept-attested' });
    const honest = await bob.openHost(newYubikey());
    expect(await relayForged(bob, honest, { forge: cannotSign('9D') })).toMatchObject({ deviceState: 'active' });

    const hers = newYubikey();
    await makeKey(hers, '9D');
    const publicKey = encode(spkiOf((await keyPairIn(hers, '9D')).publicKey));
    const forge = forgeAll(
      forgeOf('key.generate', ({ slot }, made) => (slot === '9D' ? { publicKey } : made)),
      forgeAttestations((slot, own) => (slot === '9D' ? attestationOf(hers, slot) : own)),
      cannotSign('9D'),
    );
    const answer = await relayForged(bob, await bob.openHost(newYubikey()), { forge });
    expect(answer).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS', 'The attested serial number is another one.'));
  });
});

describe('the proof of a card', () => {
  beforeAll(() => cms.setPolicy('yubikey'));

  it('cannot consist of the attestation of another key', async () => {
    const hers = newYubikey();
    await makeKey(hers, '9E');
    const his = new TestCard('yubikey', hers.serial, cms.vendor);
    const forge = forgeAttestations((slot) => attestationOf(hers, slot));
    const answer = await relayForged(bob, await bob.openHost(his), { forge });
    expect(answer).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS', KEY_DIFFERS));
    expect(certificatesOf(hers.serial)).toEqual([]);
  });

  it.each(['an older challenge', 'its own challenge outside of the domain', 'another key'])(
    "cannot consist of another card's key and attestation, and a signature by %s",
    async (how) => {
      const hers = newYubikey();
      const own = newYubikey();
      for (const card of [hers, own]) await makeKey(card, '9E');
      const recorded = await proofBy(hers, '9E', keyProofMessage(encode(randomBytes(32))));
      const his = new TestCard('yubikey', hers.serial, cms.vendor);
      const forge = forgeOf('key.prove', async ({ challenge }) => {
        const message = keyProofMessage(challenge);
        const proof = {
          'an older challenge': recorded,
          'its own challenge outside of the domain': await proofBy(hers, '9E', message.subarray(-32)),
          'another key': await proofBy(own, '9E', message),
        }[how];
        return { ...recorded, signature: proof?.signature ?? '' };
      });
      const answer = await relayForged(bob, await bob.openHost(his), { forge });
      expect(answer).toMatchObject({ ...refusedWith('ATTESTATION_REFUSED'), deviceState: null });
      expect(certificatesOf(hers.serial)).toEqual([]);
    },
  );
});

describe('a key of a security key', () => {
  beforeAll(() => cms.setPolicy('yubikey'));

  it.each<[string, (card: TestCard) => Forge, ReturnType<typeof refusedWith>]>([
    [
      'the attestation of another slot',
      (card) =>
        forgeAttestations(async (slot, own) => {
          if (slot !== '9A') return own;
          const { publicKey } = await keyPairIn(card, slot);
          return attestKey(cms.vendor, publicKey, { slot: '9D', serial: card.serial });
        }),
      refusedWith('ATTESTATION_CONTRADICTS', 'The attested key is in another slot.'),
    ],
    [
      'the attestation of another card',
      () =>
        forgeAttestations(async (slot, own) => {
          if (slot !== '9A') return own;
          const other = newYubikey();
          await makeKey(other, slot);
          return attestationOf(other, slot);
        }),
      refusedWith('ATTESTATION_CONTRADICTS', KEY_DIFFERS),
    ],
    [
      'no attestation',
      () => forgeAttestations((slot, own) => (slot === '9A' ? null : own)),
      refusedWith('ATTESTATION_MISSING', 'There is no attestation.'),
    ],
    [
      'a request for an older challenge',
      (card) => requesting(card, encode(randomBytes(32))),
      refusedWith('OPERATION_FAILED'),
    ],
    ['a request without a challenge', (card) => requesting(card, null), refusedWith('OPERATION_FAILED')],
  ])('is not certified with %s', async (_with, forge, refusal) => {
    const card = newYubikey();
    const answer = await relayForged(bob, await bob.openHost(card), { forge: forge(card) });
    expect(answer).toMatchObject({ ...refusal, deviceState: 'failed' });
    const issued = certificatesOf(card.serial);
    expect(issued.filter(({ slot, status }) => slot === '9A' || status !== 'revoked')).toEqual([]);
  });
});

describe('one key', () => {
  it.each(['as it is', 'in another encoding'])('is not certified for two devices %s', async (how) => {
    const first = cms.newCard('piv');
    expect(await alice.issue(first)).toMatchObject({ deviceState: 'active' });
    const pair = await keyPairIn(first, '9A');
    const spki = spkiOf(pair.publicKey);
    const named = how === 'as it is' ? spki : compressKey(spki);
    const forge = forgeAll(
      forgeOf('key.generate', ({ slot }, made) => (slot === '9A' ? { publicKey: encode(named) } : made)),
      forgeOf('csr.create', async ({ slot, commonName, challenge }, made) =>
        slot === '9A' ? { request: encode(await newRequestFor(pair, named, commonName, challenge)) } : made,
      ),
    );
    const answer = await relayForged(alice, await alice.openHost(cms.newCard('piv')), { forge });
    expect(answer).toMatchObject(
      refusedWith('OPERATION_FAILED', 'This key already has a certificate on another device.'),
    );
  });

  it('is the same in another encoding, and is certified as usual', async () => {
    const before = cms.devices.length;
    const card = cms.newCard('piv');
    const forge = forgeOf('key.generate', (_order, { publicKey }) => ({
      publicKey: encode(compressKey(Buffer.from(publicKey, 'base64url'))),
    }));
    expect(await relayForged(alice, await alice.openHost(card), { forge })).toMatchObject({ deviceState: 'active' });
    const [certificate] = cms.devices.slice(before).flatMap(({ certificates }) => certificates);
    const { publicKey } = await keyPairIn(card, '9A');
    expect(certificate).toMatchObject({ slot: '9A', keyHash: CardKey.read(spkiOf(publicKey)).hash });
  });
});
