import 'reflect-metadata';
import { KeyObject, randomBytes, sign, type webcrypto } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CardwrightError, keyProofMessage, type Slot } from '@cardwright/protocol';
import * as x509 from '@peculiar/x509';
import { attestKey } from '../../integration/portal/support/attestation-authority.js';
import { FakeCard } from '../../integration/portal/support/fake-card.js';
import { refusedWith, relayForged, type Forge } from '../../support/forging.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE, BOB } from '../support/test-people.js';
import { compressKey, newRequestFor } from './key-encoding.js';

/** Certificates for keys that are not on the card that is in the reader, or are not its user's. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const bob = new CmsUser(cms, BOB);

const newYubikey = () => cms.newCard('yubikey');
const ALL_SLOTS = { '9A': 'P-256', '9C': 'P-256', '9D': 'P-256', '9E': 'P-256' } as const;
const KEY_DIFFERS = 'The attested key is another one.';

const encode = (bytes: ArrayBuffer | Uint8Array): string => Buffer.from(new Uint8Array(bytes)).toString('base64url');
const spkiOf = (key: webcrypto.CryptoKey): Buffer => KeyObject.from(key).export({ type: 'spki', format: 'der' });

function keyOf(card: FakeCard, slot: Slot): webcrypto.CryptoKeyPair {
  const pair = card.keys.get(slot);
  if (!pair) throw new Error(`no key in ${slot}`);
  return pair;
}

/** The host says that the key in this slot cannot sign: then the step ended there. */
const cannotSign =
  (slot: Slot): Forge =>
  (outcomes, { commands }) => {
    const at = commands.findIndex(({ method, params }) => method === 'csr.create' && params.slot === slot);
    if (at < 0) return outcomes;
    const error = new CardwrightError('KEY_CANNOT_SIGN', { slot }).toWire();
    return [...outcomes.slice(0, at), { method: 'csr.create', error }];
  };

const certificatesOf = (number: string | null) =>
  cms.devices.filter((row) => row.serial === number).flatMap(({ certificates }) => certificates);

describe('a key without a request', () => {
  it.each(
    (['9A', '9C', '9E'] as const).flatMap((slot) =>
      (['accept-attested', 'leave-out'] as const).map((rule) => [slot, rule] as const),
    ),
  )('is refused in %s, even where the policy says "%s" of key management', async (slot, keyManagementCannotSign) => {
    await cms.setPolicy('yubikey', { slots: ALL_SLOTS, keyManagementCannotSign });
    const card = newYubikey();
    const answer = await relayForged(bob, await bob.openHost(card), { forge: cannotSign(slot) });
    expect(answer).toMatchObject(refusedWith('KEY_CANNOT_SIGN'));
    expect(certificatesOf(card.serial).map((certificate) => certificate.slot)).not.toContain(slot);
  });

  it('is certified in 9D where it is attested by the card in the reader, and not where it is of another one', async () => {
    await cms.setPolicy('yubikey', { slots: ALL_SLOTS, keyManagementCannotSign: 'accept-attested' });
    const honest = await bob.openHost(newYubikey());
    expect(await relayForged(bob, honest, { forge: cannotSign('9D') })).toMatchObject({ deviceState: 'active' });

    const hers = newYubikey();
    await hers.generate('9D', 'P-256');
    const his = newYubikey();
    const generate = his.generate.bind(his);
    const attest = his.attest.bind(his);
    const request = his.request.bind(his);
    his.generate = async (slot, algorithm) =>
      slot === '9D' ? encode(spkiOf(keyOf(hers, '9D').publicKey)) : generate(slot, algorithm);
    his.attest = (slot) => (slot === '9D' ? hers.attest(slot) : attest(slot));
    his.request = async (slot, name, challenge) =>
      slot === '9D' ? Promise.reject(new CardwrightError('KEY_CANNOT_SIGN', { slot })) : request(slot, name, challenge);
    const answer = await bob.issue(his);
    expect(answer).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS', 'The attested serial number is another one.'));
  });
});

describe('the proof of a card', () => {
  beforeAll(() => cms.setPolicy('yubikey'));

  it('is not given with the attestation of another key', async () => {
    const hers = newYubikey();
    await hers.generate('9E', 'P-256');
    const his = new FakeCard('yubikey', hers.serial, cms.vendor);
    his.attest = (slot) => hers.attest(slot);
    const answer = await bob.issue(his);
    expect(answer).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS', KEY_DIFFERS));
    expect(certificatesOf(hers.serial)).toEqual([]);
  });

  it.each(['an older challenge', 'its own challenge outside of the domain', 'another key'])(
    "is not given with another card's key and attestation, and a signature by %s",
    async (how) => {
      const hers = newYubikey();
      const own = newYubikey();
      const recorded = await hers.prove('9E', 'P-256', keyProofMessage(encode(randomBytes(32))));
      await own.generate('9E', 'P-256');
      const his = new FakeCard('yubikey', hers.serial, cms.vendor);
      his.prove = (_slot, _algorithm, message) => {
        const signWith = (card: FakeCard, bytes: Uint8Array) =>
          encode(sign('sha256', bytes, KeyObject.from(keyOf(card, '9E').privateKey)));
        const signature = {
          'an older challenge': recorded.signature,
          'its own challenge outside of the domain': signWith(hers, message.subarray(-32)),
          'another key': signWith(own, message),
        }[how];
        return Promise.resolve({ ...recorded, signature: signature ?? '' });
      };
      const answer = await bob.issue(his);
      expect(answer).toMatchObject({ ...refusedWith('ATTESTATION_REFUSED'), deviceState: null });
      expect(certificatesOf(hers.serial)).toEqual([]);
    },
  );
});

describe('a key of a security key', () => {
  beforeAll(() => cms.setPolicy('yubikey'));

  it.each<[string, (card: FakeCard) => void, ReturnType<typeof refusedWith>]>([
    [
      'the attestation of another slot',
      (card) => {
        const attest = card.attest.bind(card);
        card.attest = (slot) =>
          slot === '9A'
            ? attestKey(cms.vendor, keyOf(card, '9A').publicKey, { slot: '9D', serial: card.serial })
            : attest(slot);
      },
      refusedWith('ATTESTATION_CONTRADICTS', 'The attested key is in another slot.'),
    ],
    [
      'the attestation of another card',
      (card) => {
        const attest = card.attest.bind(card);
        const other = newYubikey();
        card.attest = async (slot) => {
          if (slot !== '9A') return attest(slot);
          await other.generate(slot, 'P-256');
          return other.attest(slot);
        };
      },
      refusedWith('ATTESTATION_CONTRADICTS', KEY_DIFFERS),
    ],
    [
      'no attestation',
      (card) => {
        const attest = card.attest.bind(card);
        card.attest = (slot) => (slot === '9A' ? Promise.resolve(null) : attest(slot));
      },
      refusedWith('ATTESTATION_MISSING', 'There is no attestation.'),
    ],
    [
      'a request for an older challenge',
      (card) => {
        const request = card.request.bind(card);
        card.request = (slot, name) => request(slot, name, encode(randomBytes(32)));
      },
      refusedWith('OPERATION_FAILED'),
    ],
    [
      'a request without a challenge',
      (card) => {
        card.request = async (slot, name) => {
          const { rawData } = await x509.Pkcs10CertificateRequestGenerator.create({
            name: [{ CN: [name] }],
            keys: keyOf(card, slot),
            signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
          });
          return encode(rawData);
        };
      },
      refusedWith('OPERATION_FAILED'),
    ],
  ])('is not certified with %s', async (_with, forge, refusal) => {
    const card = newYubikey();
    forge(card);
    expect(await bob.issue(card)).toMatchObject({ ...refusal, deviceState: 'failed' });
    const issued = certificatesOf(card.serial);
    expect(issued.filter(({ slot, status }) => slot === '9A' || status !== 'revoked')).toEqual([]);
  });
});

describe('one key', () => {
  it.each(['as it is', 'in another encoding'])('is not certified for two devices %s', async (how) => {
    const first = cms.newCard('piv');
    expect(await alice.issue(first)).toMatchObject({ deviceState: 'active' });
    const pair = keyOf(first, '9A');
    const spki = spkiOf(pair.publicKey);
    const named = how === 'as it is' ? spki : compressKey(spki);
    const second = cms.newCard('piv');
    const generate = second.generate.bind(second);
    const request = second.request.bind(second);
    second.generate = (slot, algorithm) => (slot === '9A' ? Promise.resolve(encode(named)) : generate(slot, algorithm));
    second.request = async (slot, name, challenge) =>
      slot === '9A' ? encode(await newRequestFor(pair, named, name, challenge)) : request(slot, name, challenge);
    const answer = await alice.issue(second);
    expect(answer).toMatchObject(
      refusedWith('OPERATION_FAILED', 'A certificate was issued for this key on another device.'),
    );
  });
});
