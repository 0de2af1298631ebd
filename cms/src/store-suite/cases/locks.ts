import { setTimeout as pause } from 'node:timers/promises';
import type { Device } from '../../store/rows.js';
import { refused, same } from '../checks.js';
import {
  newCertificate,
  newDevice,
  newEscrow,
  newModel,
  newOperation,
  newPasskey,
  newPolicy,
  newProposal,
  NO_CHANGES,
  newWork,
} from '../rows.js';
import type { Scene } from '../scene.js';
import { storeCase, type StoreCase } from '../store-case.js';
import { ENOUGH, newGate, oneAfterTheOther } from '../two-transactions.js';

/** Cases of concurrent transactions: which transaction waits, and which transaction is refused. */
export const lockCases: readonly StoreCase[] = [
  storeCase('lets the second of two transactions of one person see what the first wrote', async (scene) => {
    const person = await scene.newPerson();
    const counted = await oneAfterTheOther(scene, {
      lock: (transaction) => transaction.lockPerson(person),
      change: (transaction) => transaction.insertDevice(newDevice(person)),
      second: async (transaction) => {
        await transaction.lockPerson(person);
        return transaction.countDevices(person);
      },
    });
    same('the devices that the second one counts', counted, 1);
  }),

  storeCase('locks an operation after its person, and reads it as the one before left it', async (scene) => {
    const person = await scene.newPerson();
    const operation = newOperation(person, { cardHint: 'place:0' });
    await scene.write({ operations: [operation] });
    const seen = await oneAfterTheOther(scene, {
      lock: (transaction) => transaction.lockPerson(person),
      change: async (transaction) => {
        // If the waiting transaction had locked the operation before its person, both transactions would now wait for each other.
        const opened = await transaction.openOperation(person, operation.id);
        await transaction.write({ ...NO_CHANGES, operations: opened ? [{ ...opened, stepNumber: 2 }] : [] });
      },
      second: (transaction) => transaction.openOperation(person, operation.id),
    });
    same('the operation', seen, { ...operation, stepNumber: 2 });
  }),

  storeCase('locks the person of an operation that it opens', async (scene) => {
    const person = await scene.newPerson();
    const operation = newOperation(person);
    await scene.write({ operations: [operation] });
    const counted = await oneAfterTheOther(scene, {
      lock: (transaction) => transaction.openOperation(person, operation.id),
      change: (transaction) => transaction.insertDevice(newDevice(person)),
      second: async (transaction) => {
        await transaction.lockPerson(person);
        return transaction.countDevices(person);
      },
    });
    same('the devices that the second one counts', counted, 1);
  }),

  storeCase('opens a device with everything that the one before wrote', async (scene) => {
    const device = await scene.newOwnDevice();
    const { id } = device;
    const active = { ...device, state: 'active' as const };
    const belongings = {
      escrows: [newEscrow(id)],
      certificates: [newCertificate(id)],
      passkeys: [newPasskey(id)],
      work: [newWork(device)],
    };
    const seen = await oneAfterTheOther(scene, {
      lock: (transaction) => transaction.openDevice(id),
      change: (transaction) => transaction.write({ ...NO_CHANGES, devices: [active], ...belongings }),
      second: (transaction) => transaction.openDevice(id),
    });
    same('the device', seen, { device: active, ...belongings });
  }),

  storeCase('lets the second of two changes of a policy see what the first wrote', async (scene) => {
    const row = newPolicy(newModel());
    await scene.transaction((transaction) => transaction.putPolicy(row, 'add'));
    const changed = { ...row, updatedBy: 'oscar' };
    const seen = await oneAfterTheOther(scene, {
      lock: (transaction) => transaction.lockPolicy(row.model),
      change: (transaction) => transaction.putPolicy(changed, 'replace'),
      second: (transaction) => transaction.lockPolicy(row.model),
    });
    same('the policy', seen, changed);
  }),

  storeCase('tells one of two who add the same card at once', async (scene) => {
    const [one, other] = await scene.newPeople();
    const { guid } = newDevice(one);
    same('two with one GUID', await addBoth(scene, newDevice(one, { guid }), newDevice(other, { guid })), [
      false,
      true,
    ]);
    const identity = `root:serial:${guid}`;
    const outcomes = await addBoth(scene, newDevice(one, { identity }), newDevice(other, { identity }));
    same('two with one identity', outcomes, [false, true]);
  }),

  storeCase('lets one of two registrations of one credential at once have it', async (scene) => {
    const [one, other] = [await scene.newOwnDevice(), await scene.newOwnDevice()];
    const passkey = newPasskey(one.id);
    const twice = newPasskey(other.id, { credentialId: passkey.credentialId });
    const outcomes = await Promise.allSettled([
      scene.write({ passkeys: [passkey] }),
      scene.write({ passkeys: [twice] }),
    ]);
    same('what became of both', outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  }),

  storeCase('lets one of two take a proposal', async (scene) => {
    const proposal = newProposal(newModel());
    await scene.transaction((transaction) => transaction.putProposal(proposal));
    const take = () => scene.transaction((transaction) => transaction.removeProposal(proposal.id));
    same('who got it', (await Promise.all([take(), take()])).sort(), [false, true]);
    const left = await scene.transaction((transaction) => transaction.findProposal(proposal.id));
    same('the proposal afterwards', left, undefined);
  }),

  storeCase('shows no one what a transaction wrote before that is kept', async (scene) => {
    const device = newDevice(await scene.newPerson());
    const [written, seen] = [newGate(), newGate()];
    const first = scene.transaction(async (transaction) => {
      await transaction.insertDevice(device);
      written.open();
      await seen.opened;
      throw new Error('undone');
    });
    const undone = refused('a transaction whose work throws', first);
    await Promise.race([written.opened, first]);
    const asked = Promise.allSettled([scene.transaction((transaction) => transaction.ownerOf(device.id))]);
    // A store that runs one transaction after another does not answer before the first one ends, so this line stops waiting after `ENOUGH`.
    await Promise.race([asked, pause(ENOUGH)]);
    seen.open();
    await undone;
    const [owner] = await asked;
    if (owner.status === 'rejected') throw owner.reason;
    same('the owner of a device that was never kept', owner.value, undefined);
  }),
];

/** Adds two devices at the same time. Returns both answers, false first. */
const addBoth = async (scene: Scene, one: Device, other: Device): Promise<boolean[]> =>
  (await Promise.all([scene.insert(one), scene.insert(other)])).sort();
