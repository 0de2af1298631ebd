import { DEVICE_STATES, SECURITY_KEY } from '../../rules/device-state.js';
import type { Device } from '../../store/rows.js';
import { same } from '../checks.js';
import { identityOf, newCard, newDevice, newSerial } from '../rows.js';
import type { Scene } from '../scene.js';
import { storeCase, type StoreCase } from '../store-case.js';

/** Cases of proof: which serial numbers count, and which rows are rows of the same device. */
export const provedCases: readonly StoreCase[] = [
  storeCase('believes a serial number of another person only where the row is proved', async (scene) => {
    const [owner, other] = await scene.newPeople();
    const [claimed, attested, identified] = [newSerial(), newSerial(), newSerial()];
    const rows = [
      newDevice(owner, { serial: claimed }),
      newDevice(owner, { serial: attested, proof: 'attested' }),
      newDevice(owner, { serial: identified, identity: identityOf(identified).key }),
    ];
    await scene.add(...rows);
    const serials = [claimed, attested, identified];
    const find = (person: string) => Promise.all(serials.map((serial) => latestOf(scene, person, serial)));
    same('what the owner is told', await find(owner), rows);
    same('what another person is told', await find(other), [undefined, ...rows.slice(1)]);
  }),

  storeCase('believes of a row with an identity only the serial number that this names', async (scene) => {
    const [owner, other] = await scene.newPeople();
    const [serial, signed] = [newSerial(), newSerial()];
    const row = newDevice(owner, { serial, proof: 'attested', identity: identityOf(signed).key });
    await scene.add(row);
    same('what the owner is told', await latestOf(scene, owner, serial), row);
    same('what another person is told', await latestOf(scene, other, serial), undefined);
    same('the rows of that serial number', await rowsOf(scene, serial), []);
    // Each identity ends with these digits: the first names a longer serial number, the second names a key.
    const digits = newSerial();
    const endings = [identityOf(`1${digits}`).key, identityOf(null, `9e${digits}`).key];
    for (const ending of endings) {
      const serialOnly = newDevice(owner, { serial: digits, proof: 'attested', identity: ending });
      await scene.add(serialOnly);
      same(
        'what another person is told of a number that ends an identity',
        await latestOf(scene, other, digits),
        undefined,
      );
    }
    // As a pattern of SQL, this serial number would match any identity that names a serial number.
    const pattern = newDevice(owner, { serial: '%', identity: identityOf(newSerial()).key });
    await scene.add(pattern);
    same(
      'what another person is told of a serial number that is no number',
      await latestOf(scene, other, '%'),
      undefined,
    );
  }),

  storeCase('ignores the serial number of another person’s security key: only its model is attested', async (scene) => {
    const [owner, other] = await scene.newPeople();
    const serial = newSerial();
    const key = newDevice(owner, { serial, model: SECURITY_KEY, proof: 'attested' });
    await scene.add(key);
    same('what the owner is told', await latestOf(scene, owner, serial, SECURITY_KEY), key);
    same('what another person is told', await latestOf(scene, other, serial, SECURITY_KEY), undefined);
    // Nor does a card that proves this number find the row.
    same('the rows of that serial number', await rowsOf(scene, serial), []);
  }),

  storeCase('believes no serial number of another person where the row is known by a key', async (scene) => {
    const [owner, other] = await scene.newPeople();
    for (const proof of ['attested', 'not-proved'] as const) {
      const serial = newSerial();
      const row = newDevice(owner, { serial, proof, identity: identityOf(null).key });
      await scene.add(row);
      same(`what the owner of one that is ${proof} is told`, await latestOf(scene, owner, serial), row);
      same(`what another person is told of one that is ${proof}`, await latestOf(scene, other, serial), undefined);
      // Nor does a card that proves this number find the row.
      same('the rows of that serial number', await rowsOf(scene, serial), []);
    }
  }),

  storeCase('tells devices of one batch apart by the keys of their proofs', async (scene) => {
    const [one, other] = await scene.newPeople();
    const [hers, his] = [identityOf(null), identityOf(null)];
    const [herRow, hisRow] = [newDevice(one, { identity: hers.key }), newDevice(other, { identity: his.key })];
    await scene.add(herRow, hisRow);
    await scene.transaction(async (transaction) => {
      same('the rows of hers', await transaction.findByIdentity(hers), [herRow]);
      same('the rows of his', await transaction.findByIdentity(his), [hisRow]);
      same('the rows of a third one', await transaction.findByIdentity(identityOf(null)), []);
      const isAdded = await transaction.insertDevice(newDevice(other, { identity: hers.key }));
      same('whether hers was added for him', isAdded, false);
    });
  }),

  storeCase(
    'finds every row of a proved device, newest first, and older ones by attested serial number',
    async (scene) => {
      const [one, other] = await scene.newPeople();
      const serial = newSerial();
      const identity = identityOf(serial);
      const legacy = newDevice(one, { serial, proof: 'attested', state: 'available' });
      const released = newDevice(other, { identity: identity.key, state: 'available' });
      const current = newDevice(one, { identity: identity.key, serial });
      await scene.add(
        current,
        released,
        legacy,
        newDevice(other, { serial }),
        newDevice(other, { serial, identity: identityOf(newSerial()).key, proof: 'attested' }),
        newDevice(other, { proof: 'attested' }),
      );
      await scene.transaction(async (transaction) => {
        const rows = [current, released, legacy];
        same('the rows of the device', await transaction.findByIdentity(identity), rows);
        const byKey = await transaction.findByIdentity({ ...identity, serial: null });
        same('the rows by the key alone', byKey, rows.slice(0, 2));
        const unknown = await transaction.findByIdentity({ ...identity, serial: null, key: 'unknown' });
        same('the rows of an unknown one', unknown, []);
      });
    },
  ),

  storeCase('counts the devices that are someone’s', async (scene) => {
    const person = await scene.newPerson();
    const states = Object.values(DEVICE_STATES).flatMap(({ next }) => next);
    await scene.add(...[...new Set(states)].map((state) => newDevice(person, { state })));
    const [counted, { devices }] = await scene.transaction(async (transaction) => [
      await transaction.countDevices(person),
      await transaction.survey(person, []),
    ]);
    same('the number of devices', counted, 6);
    same('the number in a survey', devices, 6);
  }),
];

async function latestOf(scene: Scene, person: string, serial: string, model = 'yubikey'): Promise<Device | undefined> {
  const cards = [newCard({ serial, model })];
  return (await scene.transaction((transaction) => transaction.survey(person, cards))).cards[0]?.latest;
}

/** Lists the rows of the device whose vendor signed this serial number. */
const rowsOf = (scene: Scene, serial: string): Promise<readonly Device[]> =>
  scene.transaction((transaction) => transaction.findByIdentity(identityOf(serial)));
