import { randomUUID } from 'node:crypto';
import { same } from '../checks.js';
import type { Device } from '../../store/rows.js';
import type { CardAppearance, KnownCard } from '../../store/store.js';
import {
  newCard,
  newCertificate,
  newDevice,
  newEscrow,
  newModel,
  newOperation,
  newPolicy,
  newSerial,
} from '../rows.js';
import type { Scene } from '../scene.js';
import { storeCase, type StoreCase } from '../store-case.js';

/** Cases of `survey`: how cards are found by their appearance. */
export const cardCases: readonly StoreCase[] = [
  storeCase('knows a card by its serial number under its own model only', async (scene) => {
    const person = await scene.newPerson();
    const serial = newSerial();
    await scene.add(newDevice(person, { serial, model: 'piv' }));
    same('the latest row', await latest(scene, person, { serial }), undefined);
  }),

  storeCase(
    'knows a card by its GUID only where it shows no serial number, whoever owns it and of whichever model',
    async (scene) => {
      const [owner, other] = await scene.newPeople();
      const device = newDevice(owner);
      const { guid } = device;
      await scene.add(device);
      same('by its GUID', await latest(scene, other, { guid }), device);
      same('by its GUID, as a card of another model', await latest(scene, other, { guid, model: 'piv' }), device);
      same('by its GUID beside a serial number', await latest(scene, other, { guid, serial: newSerial() }), undefined);
      same('by another GUID', await latest(scene, other, { guid: randomUUID() }), undefined);
      same('by nothing', await latest(scene, other, {}), undefined);
    },
  ),

  storeCase('finds the latest of several rows of a card, also one that is nobody’s any more', async (scene) => {
    const person = await scene.newPerson();
    const [serial, guid] = [newSerial(), randomUUID()];
    // The latest row is the one with the latest `createdAt`. This case writes that row neither first nor last.
    for (const card of [{ serial }, { guid }]) {
      const [oldest, older, newest] = [
        newDevice(person, { ...card, state: 'terminated' }),
        newDevice(person, { ...card, state: 'terminated' }),
        newDevice(person, { ...card, state: 'available' }),
      ];
      await scene.add(older, newest, oldest);
      same(`by its ${Object.keys(card).join()}`, await latest(scene, person, card), newest);
    }
  }),

  storeCase('judges each card by itself, whatever other cards are asked for with it', async (scene) => {
    const [owner, other] = await scene.newPeople();
    const [serial, guid] = [newSerial(), randomUUID()];
    const claimed = newDevice(owner, { serial, guid });
    await scene.add(claimed);
    const cards = [newCard({ serial }), newCard({ guid })];
    const seen = await scene.transaction((transaction) => transaction.survey(other, cards));
    same('by a serial number that another person only claimed', seen.cards[0]?.latest, undefined);
    same('by the GUID of the same row', seen.cards[1]?.latest, claimed);
    const [first, second] = [newSerial(), randomUUID()];
    const older = newDevice(owner, { serial: first, guid: second, state: 'terminated' });
    const newer = newDevice(owner, { guid: second });
    await scene.add(older, newer);
    const both = [newCard({ serial: first }), newCard({ guid: second })];
    const own = await scene.transaction((transaction) => transaction.survey(owner, both));
    same(
      'the rows by serial number, and by GUID',
      own.cards.map((card) => card.latest),
      [older, newer],
    );
  }),

  storeCase('tells whether an escrow of the latest row may be on the card', async (scene) => {
    const person = await scene.newPerson();
    const [bare, dropped, kept] = [newDevice(person), newDevice(person), newDevice(person)];
    await scene.add(bare, dropped, kept);
    const [managementKeyDroppedAt, pukDroppedAt] = [new Date(), new Date()];
    const old = { managementKeyDroppedAt, pukDroppedAt };
    await scene.write({
      escrows: [newEscrow(dropped.id, old), newEscrow(kept.id, old), newEscrow(kept.id, { pukDroppedAt })],
    });
    const cards = [bare, dropped, kept].map(({ guid }) => newCard({ guid }));
    const seen = await scene.transaction((transaction) => transaction.survey(person, cards));
    same(
      'a device without escrows, one whose are all dropped, and one with half of one',
      seen.cards.map(({ hasEscrows }) => hasEscrows),
      [false, false, true],
    );
  }),

  storeCase('tells which certificates of the latest row count', async (scene) => {
    const person = await scene.newPerson();
    const [bare, held] = [newDevice(person), newDevice(person)];
    await scene.add(bare, held);
    const hold = { revocationReason: 'certificateHold', revokedAt: new Date() } as const;
    await scene.write({
      certificates: [
        newCertificate(held.id, { slot: '9D', algorithm: 'RSA-2048' }),
        newCertificate(held.id, { slot: '9A', algorithm: 'P-384', ...hold }),
        newCertificate(held.id, { slot: '9C', ...hold, revocationReason: 'superseded' }),
        newCertificate(held.id, { slot: '9E', ...hold, pendingRenewal: randomUUID() }),
      ],
    });
    const cards = [bare, held].map(({ guid }) => newCard({ guid }));
    const seen = await scene.transaction((transaction) => transaction.survey(person, cards));
    same(
      'no certificates, and the good one and the one on hold of four',
      seen.cards.map(({ certificates }) => certificates),
      [
        [],
        [
          { slot: '9A', algorithm: 'P-384' },
          { slot: '9D', algorithm: 'RSA-2048' },
        ],
      ],
    );
  }),

  storeCase('finds the person’s running operations on a card by row, GUID and hint, newest first', async (scene) => {
    const [person, other] = await scene.newPeople();
    const device = newDevice(person, { serial: newSerial() });
    const { id: deviceId, serial } = device;
    await scene.add(device);
    const [guid, cardHint] = [randomUUID(), `serial:yubikey ${serial ?? ''}`];
    const byDevice = newOperation(person, { deviceId });
    const byGuid = newOperation(person, { guid });
    const byHint = newOperation(person, { cardHint });
    const unrelated = [
      newOperation(other, { guid, cardHint }),
      newOperation(person, { guid, status: 'done' }),
      newOperation(person, { deviceId, status: 'cancelled' }),
      newOperation(person, { cardHint: 'place:elsewhere' }),
    ];
    await scene.write({ operations: [byHint, byDevice, byGuid, ...unrelated] });
    const known = await look(scene, person, { serial, guid, cardHint });
    same('what runs on the card', known?.running, [byHint, byGuid, byDevice]);
    same('what runs on another one', (await look(scene, person, {}))?.running, []);
  }),

  storeCase('answers for many cards in their order, with the policies of their models', async (scene) => {
    const person = await scene.newPerson();
    const policy = newPolicy(newModel());
    const { model } = policy;
    const [bySerial, byGuid] = [newDevice(person, { serial: newSerial() }), newDevice(person)];
    const [{ serial }, { guid }] = [bySerial, byGuid];
    await scene.add(bySerial, byGuid);
    const seen = await scene.transaction(async (transaction) => {
      await transaction.putPolicy(policy, 'add');
      const cards = [
        newCard({ guid }),
        newCard({ model }),
        newCard({ serial }),
        newCard({ model, serial }),
        newCard({ guid }),
      ];
      return transaction.survey(person, cards);
    });
    same(
      'the latest rows',
      seen.cards.map((card) => card.latest),
      [byGuid, undefined, bySerial, undefined, byGuid],
    );
    same(
      'the policies',
      seen.cards.map((card) => card.policy),
      [undefined, policy, undefined, policy, undefined],
    );
    const none = await scene.transaction((transaction) => transaction.survey(person, []));
    same('a survey of no card', none, { cards: [], devices: 2 });
  }),
];

async function look(scene: Scene, person: string, about: Partial<CardAppearance>): Promise<KnownCard | undefined> {
  const survey = await scene.transaction((transaction) => transaction.survey(person, [newCard(about)]));
  return survey.cards[0];
}

const latest = async (scene: Scene, person: string, about: Partial<CardAppearance>): Promise<Device | undefined> =>
  (await look(scene, person, about))?.latest;
