// Alone proves: how far a host gets that sends keys of another card of the batch.
import { afterEach, describe, expect, it } from '@jest/globals';
import type { DevicePolicy } from '@cardwright/cms/policies';
import { CardwrightError } from '@cardwright/protocol';
import type { Slot } from '@cardwright/protocol/devices';
import {
  newAttestationAuthority,
  type AttestedFacts,
} from '../../../integration/portal/support/attestation-authority.js';
import { forgeAll, refusedWith, relayForged, type Forge } from '../../../support/forging.js';
import type { TestCard } from '../../../support/host-and-card/test-card.js';
import { everyOrOneIn } from '../../../support/thorough.js';
import { CmsUser } from '../../support/cms-user.js';
import { TestCms } from '../../support/test-cms.js';
import { ALICE } from '../../support/test-people.js';
import { BATCH, forgeKeyOf, liveCertificates, newBatchCard } from './batch.js';

/** Attack: a lying host proves itself with one card, but sends keys and attestations of another card of the batch. */

const ALL_SLOTS = { '9A': 'P-256', '9C': 'P-256', '9D': 'P-256', '9E': 'P-256' } as const;
const SLOTS = ['9A', '9C', '9D'] as const;
/** Refuses also the firmware that signs no serial number. */
const STRICT = { unprovenKeys: 'refuse', withoutSerialBefore: null } as const;
const NO_SERIAL = 'The attestation names no serial number, so the key could be in another device of the same batch.';

const cms = await TestCms.open({ policy: { slots: ALL_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const another = await newAttestationAuthority('Another vendor root');
afterEach(() => cms.setPolicy('yubikey'));

const trust = (changes: Partial<DevicePolicy>) =>
  cms.setPolicy('yubikey', { attestationRoots: [cms.vendor.root, another.root], ...changes });

const rowsSince = (known: number) => cms.devices.slice(known);
const proofOf = (known: number, slot: Slot) =>
  rowsSince(known).flatMap(({ certificates }) =>
    certificates.filter((one) => one.slot === slot).map(({ proof }) => proof),
  );

/** Issues a card whose host lies as `forge` says. */
const issueWith = async (card: TestCard, forge: Forge) => relayForged(alice, await alice.openHost(card), { forge });

describe.each(everyOrOneIn(3, SLOTS))("another card's key in %s", (slot) => {
  /** Trusts both vendors under a policy with this slot and the one of the live proof. */
  const trustHere = (changes: Partial<DevicePolicy>) =>
    trust({ slots: { [slot]: 'P-256', '9E': 'P-256' }, ...changes });

  it.each([
    // Firmware that signs no serial number is supervised all the same (`withoutSerialBefore`).
    ['refuse', 'awaiting-approval'],
    ['supervised', 'awaiting-approval'],
    ['allow', 'active'],
  ] as const)('is not proved where the policy says "%s": the device is %s', async (unprovenKeys, deviceState) => {
    await trustHere({ unprovenKeys });
    const known = cms.devices.length;
    const forge = await forgeKeyOf(newBatchCard(cms), slot, cms.vendor, BATCH);
    expect(await issueWith(newBatchCard(cms), forge)).toMatchObject({ state: 'done', deviceState });
    expect(rowsSince(known).map(({ proof }) => proof)).toEqual(['not-proved']);
    expect(proofOf(known, slot)).toEqual(['not-proved']);
    expect(proofOf(known, '9E')).toEqual(['attested']);
  });

  it('is refused before the card is changed where the policy wants it proved', async () => {
    await trustHere(STRICT);
    const known = cms.devices.length;
    const card = newBatchCard(cms);
    const answer = await issueWith(card, await forgeKeyOf(newBatchCard(cms), slot, cms.vendor, BATCH));
    expect(answer).toMatchObject({ ...refusedWith('ATTESTATION_MISSING', NO_SERIAL), deviceState: null });
    expect([rowsSince(known), card.puk, card.certificates.size]).toEqual([[], '12345678', 0]);
  });

  it('is refused where the policy became strict after the live proof', async () => {
    await trustHere({ unprovenKeys: 'supervised' });
    const known = cms.devices.length;
    const becomesStrict: Forge = async (outcomes, { commands }) => {
      if (commands.some(({ method }) => method === 'key.generate')) await trustHere(STRICT);
      return outcomes;
    };
    const forge = forgeAll(await forgeKeyOf(newBatchCard(cms), slot, cms.vendor, BATCH), becomesStrict);
    expect(await issueWith(newBatchCard(cms), forge)).toMatchObject({
      ...refusedWith('ATTESTATION_MISSING', NO_SERIAL),
      deviceState: 'failed',
    });
    expect(rowsSince(known).flatMap(liveCertificates)).toEqual([]);
  });

  const plain = (facts: Pick<AttestedFacts, 'serial' | 'firmware'>) => facts;
  it.each([
    ['a serial number, and the card names none', 'batch', plain({ ...BATCH, serial: '44000001' }), 'vendor'],
    ['no serial number, and the card names one', 'serial', plain({ serial: null, firmware: [5, 7, 2] }), 'vendor'],
    ['another serial number', 'serial', plain({ serial: '44000002', firmware: [5, 7, 2] }), 'vendor'],
    ['another firmware of the batch', 'batch', plain({ ...BATCH, firmware: [5, 4, 3] }), 'vendor'],
    ['the serial number of the card, and another firmware', 'serial', 'own serial', 'vendor'],
    ['another vendor, and no serial number', 'batch', plain(BATCH), 'another'],
    ['another vendor, and the serial number of the card', 'serial', 'own serial and firmware', 'another'],
  ] as const)('is refused under every policy where its attestation names %s', async (_what, kind, facts, vendor) => {
    for (const unprovenKeys of everyOrOneIn(3, ['refuse', 'supervised', 'allow'])) {
      await trustHere({ unprovenKeys });
      const known = cms.devices.length;
      const card = kind === 'batch' ? newBatchCard(cms) : cms.newCard('yubikey');
      const named =
        typeof facts === 'object'
          ? facts
          : { serial: card.serial, firmware: facts === 'own serial' ? [5, 4, 3] : [5, 7, 2] };
      const forge = await forgeKeyOf(newBatchCard(cms), slot, vendor === 'vendor' ? cms.vendor : another, named);
      expect(await issueWith(card, forge)).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS'));
      expect(proofOf(known, slot)).toEqual([]);
      expect(rowsSince(known).flatMap(liveCertificates)).toEqual([]);
    }
  });
});

describe("the card's own keys", () => {
  it('are not proved either: nothing distinguishes them from the keys of another card', async () => {
    await trust({ unprovenKeys: 'supervised' });
    const card = newBatchCard(cms);
    expect(await alice.issue(card)).toMatchObject({ deviceState: 'awaiting-approval' });
    const { certificates, proof } = cms.deviceOf(card);
    expect(certificates.map((one) => [one.slot, one.proof])).toEqual([
      ['9A', 'not-proved'],
      ['9C', 'not-proved'],
      ['9D', 'not-proved'],
      ['9E', 'attested'],
    ]);
    expect(proof).toBe('not-proved');
  });

  it('are proved where there is only the key of the live proof', async () => {
    await trust({ unprovenKeys: 'refuse', slots: { '9E': 'P-256' } });
    const card = newBatchCard(cms);
    expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(cms.deviceOf(card)).toMatchObject({ proof: 'attested' });
  });

  it.each(['a key of the card', "another card's key"])(
    'are not certified in 9D if they cannot sign and are unproved: %s',
    async (whose) => {
      await trust({ unprovenKeys: 'allow', keyManagementCannotSign: 'accept-attested' });
      const known = cms.devices.length;
      const mute: Forge = (outcomes, { commands }) => {
        const at = commands.findIndex(({ method, params }) => method === 'csr.create' && params.slot === '9D');
        if (at < 0) return outcomes;
        const error = new CardwrightError('KEY_CANNOT_SIGN', { slot: '9D' }).toWire();
        return [...outcomes.slice(0, at), { method: 'csr.create', error }];
      };
      const foreign = await forgeKeyOf(newBatchCard(cms), '9D', cms.vendor, BATCH);
      const forge = whose === 'a key of the card' ? mute : forgeAll(foreign, mute);
      expect(await issueWith(newBatchCard(cms), forge)).toMatchObject(refusedWith('KEY_CANNOT_SIGN'));
      expect(proofOf(known, '9D')).toEqual([]);
    },
  );
});
