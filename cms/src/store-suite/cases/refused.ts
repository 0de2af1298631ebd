import { randomUUID } from 'node:crypto';
import { refused, same } from '../checks.js';
import {
  newAudit,
  newCertificate,
  newDevice,
  newEscrow,
  newEvent,
  newNotice,
  newOperation,
  newPasskey,
  newWork,
} from '../rows.js';
import { storeCase, type StoreCase } from '../store-case.js';

/** Cases of rows that contradict one another, and of rows that only seem to contradict one another. */
export const refusedCases: readonly StoreCase[] = [
  storeCase(
    'refuses a device with the identity or the GUID of one in use, or with an id that is there',
    async (scene) => {
      const device = await scene.newOwnDevice({ identity: randomUUID() });
      const { id, guid, identity } = device;
      const owner = await scene.newPerson();
      same('whether one with its GUID was added', await scene.insert(newDevice(owner, { guid })), false);
      same('whether one with its identity was added', await scene.insert(newDevice(owner, { identity })), false);
      same('whether one with its id was added', await scene.insert(newDevice(owner, { id })), false);
      same('the device', (await scene.open(id))?.device, device);
      const available = newDevice(owner, { guid, identity, state: 'available' });
      same('whether one that is in no use was added', await scene.insert(available), true);
    },
  ),

  ...(['available', 'terminated'] as const).map((state) =>
    storeCase(`takes a card again whose device is ${state}`, async (scene) => {
      const device = await scene.newOwnDevice({ identity: randomUUID() });
      const { id, ownerId, guid, identity } = device;
      await scene.write({ devices: [{ ...device, state }] });
      const isAdded = await scene.insert(newDevice(ownerId, { guid, identity }));
      same('whether the card was added again', isAdded, true);
      await refused('the first device, as if it were in use', scene.write({ devices: [device] }));
      same('the state of the first device', (await scene.open(id))?.device.state, state);
    }),
  ),

  storeCase('writes a device that gives its card to another one, whichever is named first', async (scene) => {
    const [one, other] = [await scene.newOwnDevice({ identity: randomUUID() }), await scene.newOwnDevice()];
    await refused('a GUID that is in use', scene.write({ devices: [{ ...other, guid: one.guid }] }));
    const taken = { ...other, identity: one.identity };
    await refused('an identity that is in use', scene.write({ devices: [taken] }));
    await scene.write({ devices: [taken, { ...one, state: 'available' }] });
    same('the device that has the card now', (await scene.open(other.id))?.device, taken);
  }),

  storeCase('refuses two running operations on one device, or of one person on one card hint', async (scene) => {
    const { id: deviceId, ownerId } = await scene.newOwnDevice();
    const cardHint = `place:${randomUUID()}`;
    const onDevice = newOperation(ownerId, { deviceId });
    const onHint = newOperation(ownerId, { cardHint });
    await scene.write({ operations: [onDevice, onHint] });
    await refused('another one on the device', scene.write({ operations: [newOperation(ownerId, { deviceId })] }));
    await refused('another one on the hint', scene.write({ operations: [newOperation(ownerId, { cardHint })] }));
    const hint = `place:${randomUUID()}`;
    const both = [newOperation(ownerId, { cardHint: hint }), newOperation(ownerId, { cardHint: hint })];
    await refused('two in one write', scene.write({ operations: both }));
    await scene.write({ operations: [newOperation(await scene.newPerson(), { cardHint })] });
    await scene.write({ operations: [newOperation(ownerId, { deviceId, cardHint, status: 'done' })] });
    const running = await scene.transaction((transaction) => transaction.runningOn(deviceId));
    same('what runs on the device', running, [onDevice]);
  }),

  storeCase('writes an operation that takes over from one that ends, whichever is named first', async (scene) => {
    const { id: deviceId, ownerId } = await scene.newOwnDevice();
    const before = newOperation(ownerId, { deviceId });
    await scene.write({ operations: [before] });
    const next = newOperation(ownerId, { deviceId });
    await scene.write({ operations: [next, { ...before, status: 'cancelled' }] });
    same('what runs', await scene.transaction((transaction) => transaction.runningOn(deviceId)), [next]);
  }),

  storeCase('refuses rows of a device that is not there, but not in its logs', async (scene) => {
    const unknown = randomUUID();
    const operation = newOperation(await scene.newPerson(), { deviceId: unknown });
    await refused('an escrow', scene.write({ escrows: [newEscrow(unknown)] }));
    await refused('a certificate', scene.write({ certificates: [newCertificate(unknown)] }));
    await refused('a passkey', scene.write({ passkeys: [newPasskey(unknown)] }));
    await refused('a notice', scene.write({ notices: [newNotice(newDevice(operation.userId, { id: unknown }))] }));
    await refused('work', scene.write({ work: [newWork(newDevice(operation.userId, { id: unknown }))] }));
    await refused('an operation', scene.write({ operations: [operation] }));
    // The logs may name a device that does not exist.
    const { stage } = scene;
    const [entry, event] = [newAudit({ deviceId: unknown }), newEvent({ deviceId: unknown })];
    await scene.write({ audit: [entry], events: [event] });
    same('the last entry of the audit log', (await stage.audit()).at(-1), entry);
    same('the last event', (await stage.events()).at(-1), event);
  }),

  storeCase('refuses two certificates with one serial number, on whichever device', async (scene) => {
    const [one, other] = [await scene.newOwnDevice(), await scene.newOwnDevice()];
    const certificate = newCertificate(one.id);
    const { serialNumber } = certificate;
    await scene.write({ certificates: [certificate] });
    for (const { id } of [one, other])
      await refused('a second one', scene.write({ certificates: [newCertificate(id, { serialNumber })] }));
    const superseded = { ...certificate, revocationReason: 'superseded', revokedAt: new Date(0) } as const;
    await scene.write({ certificates: [superseded] });
    const again = newCertificate(one.id, { serialNumber });
    await refused('a second one, after the first was revoked', scene.write({ certificates: [again] }));
    same('the certificates of the other device', (await scene.open(other.id))?.certificates, []);
  }),
];
