import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { DEVICE_STATES, type CardAppearance, type Device, type KnownCard } from '@cardwright/cms';
import { identityOf, newCard, newDevice, newEscrow, newOperation, newPolicy, newSerial, NO_CHANGES } from '../rows.js';
import type { StoreStage } from '../stages.js';

/** How a card is found again. */
export function cardCases(stage: () => StoreStage): void {
  async function add(...devices: readonly Device[]): Promise<void> {
    await stage().store.transaction(async (transaction) => {
      for (const device of devices) expect(await transaction.insertDevice(device)).toBe(true);
    });
  }
  async function look(person: string, about: Partial<CardAppearance>): Promise<KnownCard | undefined> {
    const survey = await stage().store.transaction((transaction) => transaction.survey(person, [newCard(about)]));
    return survey.cards[0];
  }

  it('believes a serial number of another person only where the row is proved', async () => {
    const [owner, other] = [await stage().newPerson(), await stage().newPerson()];
    const [claimed, attested, identified] = [newSerial(), newSerial(), newSerial()];
    const rows = [
      newDevice(owner, { serial: claimed }),
      newDevice(owner, { serial: attested, proof: 'attested' }),
      newDevice(owner, { serial: identified, identity: identityOf(identified).key }),
    ];
    await add(...rows);
    const found = async (person: string) =>
      Promise.all([claimed, attested, identified].map(async (serial) => (await look(person, { serial }))?.latest));
    expect(await found(owner)).toEqual(rows);
    expect(await found(other)).toEqual([undefined, ...rows.slice(1)]);
  });

  it('judges each card of a survey by its own rows', async () => {
    const [owner, other] = [await stage().newPerson(), await stage().newPerson()];
    const claimed = newDevice(owner, { serial: newSerial() });
    await add(claimed);
    // The first card is known by its GUID. That says nothing of the second, which shows the number that nobody signed.
    const cards = [newCard({ guid: claimed.guid }), newCard({ serial: claimed.serial })];
    const survey = await stage().store.transaction((transaction) => transaction.survey(other, cards));
    expect(survey.cards.map(({ latest }) => latest)).toEqual([claimed, undefined]);
  });

  it('believes a serial number only where the identity names that very one', async () => {
    const [owner, other] = [await stage().newPerson(), await stage().newPerson()];
    const row = newDevice(owner, { serial: newSerial(), identity: identityOf(newSerial()).key });
    await add(row);
    expect((await look(other, { serial: row.serial }))?.latest).toBeUndefined();
    expect((await look(owner, { serial: row.serial }))?.latest).toEqual(row);
  });

  it('never believes the serial number of a security key of another person: its passkeys attest its model alone', async () => {
    const [owner, other] = [await stage().newPerson(), await stage().newPerson()];
    const serial = newSerial();
    const key = newDevice(owner, { serial, model: 'fido2', proof: 'attested' });
    await add(key);
    expect((await look(owner, { serial, model: 'fido2' }))?.latest).toEqual(key);
    expect((await look(other, { serial, model: 'fido2' }))?.latest).toBeUndefined();
    // Nor does it stand in the way of a card that proves to have that number.
    await stage().store.transaction(async (transaction) => {
      expect(await transaction.findByIdentity(identityOf(serial))).toEqual([]);
    });
  });

  it('believes no serial number of another person where the row is known by a key, whatever its proof', async () => {
    const [owner, other] = [await stage().newPerson(), await stage().newPerson()];
    for (const proof of ['attested', 'not-proved'] as const) {
      const serial = newSerial();
      const row = newDevice(owner, { serial, proof, identity: identityOf(null).key });
      await add(row);
      expect((await look(owner, { serial }))?.latest).toEqual(row);
      expect((await look(other, { serial }))?.latest).toBeUndefined();
      // Nor does it stand in the way of a card that proves to have that number.
      await stage().store.transaction(async (transaction) => {
        expect(await transaction.findByIdentity(identityOf(serial))).toEqual([]);
      });
    }
  });

  it('tells devices of one batch apart by the keys of their proofs', async () => {
    const [one, other] = [await stage().newPerson(), await stage().newPerson()];
    const [hers, his] = [identityOf(null), identityOf(null)];
    const rows = [newDevice(one, { identity: hers.key }), newDevice(other, { identity: his.key })];
    await add(...rows);
    await stage().store.transaction(async (transaction) => {
      expect(await transaction.findByIdentity(hers)).toEqual([rows[0]]);
      expect(await transaction.findByIdentity(his)).toEqual([rows[1]]);
      expect(await transaction.findByIdentity(identityOf(null))).toEqual([]);
      expect(await transaction.insertDevice(newDevice(other, { identity: hers.key }))).toBe(false);
    });
  });

  it('knows a card by its serial number under its own model only', async () => {
    const person = await stage().newPerson();
    const serial = newSerial();
    await add(newDevice(person, { serial, model: 'piv' }));
    expect((await look(person, { serial }))?.latest).toBeUndefined();
  });

  it('knows a card by its GUID only where it shows no serial number, whoever owns it', async () => {
    const [owner, other] = [await stage().newPerson(), await stage().newPerson()];
    const device = newDevice(owner);
    await add(device);
    expect((await look(other, { guid: device.guid }))?.latest).toEqual(device);
    expect((await look(other, { guid: device.guid, serial: newSerial() }))?.latest).toBeUndefined();
    expect((await look(other, { guid: randomUUID() }))?.latest).toBeUndefined();
    expect((await look(other, {}))?.latest).toBeUndefined();
  });

  it('finds the latest of several rows of a card, also one that is nobody’s any more', async () => {
    const person = await stage().newPerson();
    const [serial, guid] = [newSerial(), randomUUID()];
    const rows = ['terminated', 'available'] as const;
    const bySerial = rows.map((state) => newDevice(person, { serial, state }));
    const byGuid = rows.map((state) => newDevice(person, { guid, state }));
    // The latest is the one that began last, not the one that was written last.
    await add(...bySerial.toReversed(), ...byGuid);
    expect((await look(person, { serial }))?.latest).toEqual(bySerial[1]);
    expect((await look(person, { guid }))?.latest).toEqual(byGuid[1]);
  });

  it('tells whether an escrow of the latest row may be on the card', async () => {
    const person = await stage().newPerson();
    const [bare, dropped, kept] = [newDevice(person), newDevice(person), newDevice(person)];
    await add(bare, dropped, kept);
    const [managementKeyDroppedAt, pukDroppedAt] = [new Date(), new Date()];
    const old = { managementKeyDroppedAt, pukDroppedAt };
    const escrows = [newEscrow(dropped.id, old), newEscrow(kept.id, old), newEscrow(kept.id, { pukDroppedAt })];
    await stage().store.transaction((transaction) => transaction.write({ ...NO_CHANGES, escrows }));
    const { cards } = await stage().store.transaction((transaction) =>
      transaction.survey(
        person,
        [bare, dropped, kept].map(({ guid }) => newCard({ guid })),
      ),
    );
    expect(cards.map(({ hasEscrows }) => hasEscrows)).toEqual([false, false, true]);
  });

  it('finds the person’s running operations on a card by row, GUID and hint, newest first', async () => {
    const [person, other] = [await stage().newPerson(), await stage().newPerson()];
    const device = newDevice(person, { serial: newSerial() });
    await add(device);
    const [guid, cardHint] = [randomUUID(), `serial:yubikey ${device.serial ?? ''}`];
    const byDevice = newOperation(person, { deviceId: device.id });
    const byGuid = newOperation(person, { guid });
    const byHint = newOperation(person, { cardHint });
    const unrelated = [
      newOperation(other, { guid, cardHint }),
      newOperation(person, { guid, status: 'done' }),
      newOperation(person, { deviceId: device.id, status: 'cancelled' }),
      newOperation(person, { cardHint: 'place:elsewhere' }),
    ];
    const operations = [byHint, byDevice, byGuid, ...unrelated];
    await stage().store.transaction((transaction) => transaction.write({ ...NO_CHANGES, operations }));
    const known = await look(person, { serial: device.serial, guid, cardHint });
    expect(known?.running).toEqual([byHint, byGuid, byDevice]);
    expect((await look(person, {}))?.running).toEqual([]);
  });

  it('answers for many cards in their order, with the policies of their models and the number of devices', async () => {
    const person = await stage().newPerson();
    const model = randomUUID();
    const policy = newPolicy(model);
    const rows = [newDevice(person, { serial: newSerial() }), newDevice(person)];
    await add(...rows, newDevice(person, { state: 'available' }), newDevice(person, { state: 'terminated' }));
    const survey = await stage().store.transaction(async (transaction) => {
      await transaction.putPolicy(policy, 'add');
      return transaction.survey(person, [
        newCard({ guid: rows[1]?.guid ?? null }),
        newCard({ model }),
        newCard({ serial: rows[0]?.serial ?? null }),
        newCard({ model, serial: newSerial() }),
      ]);
    });
    expect(survey.cards.map(({ latest }) => latest)).toEqual([rows[1], undefined, rows[0], undefined]);
    expect(survey.cards.map((known) => known.policy)).toEqual([undefined, policy, undefined, policy]);
    expect(survey.devices).toBe(2);
    expect(await stage().store.transaction((transaction) => transaction.survey(person, []))).toEqual({
      cards: [],
      devices: 2,
    });
  });

  it('counts the devices that are someone’s', async () => {
    const person = await stage().newPerson();
    const states = Object.values(DEVICE_STATES).flatMap(({ next }) => next);
    await add(...[...new Set(states)].map((state) => newDevice(person, { state })));
    expect(await stage().store.transaction((transaction) => transaction.countDevices(person))).toBe(6);
  });

  it('finds every row of a proved device, newest first, and older ones by their attested serial number', async () => {
    const [one, other] = [await stage().newPerson(), await stage().newPerson()];
    const serial = newSerial();
    const identity = identityOf(serial);
    const legacy = newDevice(one, { serial, proof: 'attested', state: 'available' });
    const released = newDevice(other, { identity: identity.key, state: 'available' });
    const current = newDevice(one, { identity: identity.key, serial });
    await add(
      current,
      released,
      legacy,
      newDevice(other, { serial }),
      newDevice(other, { serial, identity: 'another root', proof: 'attested' }),
      newDevice(other, { proof: 'attested' }),
    );
    await stage().store.transaction(async (transaction) => {
      expect(await transaction.findByIdentity(identity)).toEqual([current, released, legacy]);
      expect(await transaction.findByIdentity({ ...identity, serial: null })).toEqual([current, released]);
      expect(await transaction.findByIdentity({ ...identity, serial: null, key: 'unknown' })).toEqual([]);
    });
  });
}
