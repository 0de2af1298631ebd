import { randomUUID } from 'node:crypto';
import type { Changes } from '../../store/store.js';
import { refused, same } from '../checks.js';
import {
  newAudit,
  newCertificate,
  newDevice,
  newEscrow,
  newEvent,
  newExpiryNotice,
  newModel,
  newNotice,
  newOperation,
  newPasskey,
  newPolicy,
  newProposal,
  NO_CHANGES,
  newWork,
} from '../rows.js';
import { storeCase, type StoreCase } from '../store-case.js';
import { newGate } from '../two-transactions.js';

/** Cases of transactions that fail and must leave nothing. */
export const undoCases: readonly StoreCase[] = [
  storeCase('undoes everything of a transaction that fails', async (scene) => {
    const { stage } = scene;
    const person = await scene.newPerson();
    const [kept, undone] = [newDevice(person), newDevice(person)];
    const operation = newOperation(person, { deviceId: kept.id });
    const [told, noticed] = [newNotice(kept), newExpiryNotice(kept)];
    const [before, added] = [newPolicy(newModel(), { updatedBy: 'before' }), newPolicy(newModel())];
    const [waiting, proposed] = [newProposal(newModel()), newProposal(newModel())];
    await scene.transaction(async (transaction) => {
      await transaction.insertDevice(kept);
      await transaction.putPolicy(before, 'replace');
      await transaction.putProposal(waiting);
      await transaction.write({ ...NO_CHANGES, operations: [operation] });
    });
    const logs = [await stage.audit(), await stage.events()];
    const failed = scene.transaction(async (transaction) => {
      await transaction.insertDevice(undone);
      await transaction.insertNotice(noticed);
      await transaction.putPolicy({ ...before, updatedBy: 'after' }, 'replace');
      await transaction.putPolicy(added, 'add');
      await transaction.removeProposal(waiting.id);
      await transaction.putProposal(proposed);
      await transaction.spend(person, 'operation');
      await transaction.spend(person, 'operation');
      // Changes the same rows twice, so that both changes have to be undone.
      await transaction.write({ ...NO_CHANGES, devices: [{ ...kept, state: 'active' }] });
      await transaction.write({
        operations: [{ ...operation, status: 'failed' }],
        devices: [{ ...kept, state: 'failed' }],
        escrows: [newEscrow(kept.id)],
        certificates: [newCertificate(kept.id)],
        passkeys: [newPasskey(kept.id)],
        notices: [told],
        work: [newWork(kept)],
        audit: [newAudit()],
        events: [newEvent()],
      });
      throw new Error('the power fails');
    });
    await refused('a transaction whose work throws', failed);
    await scene.transaction(async (transaction) => {
      same('the operation', await transaction.openOperation(person, operation.id), operation);
      same('what runs on the device', await transaction.runningOn(kept.id), [operation]);
      const file = { device: kept, escrows: [], certificates: [], passkeys: [], work: [] };
      same('the device', await transaction.openDevice(kept.id), file);
      same('the passkeys of the person', await transaction.listPasskeys(person, 'login'), []);
      same('the device that was added', await transaction.openDevice(undone.id), undefined);
      same('the policy', await transaction.findPolicy(before.model), before);
      same('the policy that was added', await transaction.findPolicy(added.model), undefined);
      same('the proposal that was removed', await transaction.findProposal(waiting.id), waiting);
      same('the proposal that was added', await transaction.findProposal(proposed.id), undefined);
      same('the notice that was written', await transaction.openNotice(told.id), undefined);
      same('the notice that was added', await transaction.openNotice(noticed.id), undefined);
      same('the uses, with this one', (await transaction.spend(person, 'operation')).spent, 1);
    });
    same('the audit log and the events', [await stage.audit(), await stage.events()], logs);
  }),

  storeCase('fails with the very error that the work of a transaction threw', async (scene) => {
    const thrown = new Error('the power fails');
    const error = await refused(
      'a transaction whose work throws',
      scene.transaction(() => Promise.reject(thrown)),
    );
    if (error !== thrown) throw new Error(`the transaction failed with another error: ${String(error)}`);
    same('what the next transaction returns', await scene.transaction(() => Promise.resolve('result')), 'result');
  }),

  storeCase('undoes a transaction of which a write was refused, though its work does not mind', async (scene) => {
    const device = newDevice(await scene.newPerson());
    let refusal: unknown;
    const work = scene.transaction(async (transaction) => {
      await transaction.insertDevice(device);
      const certificate = newCertificate(device.id);
      const twice = newCertificate(device.id, { serialNumber: certificate.serialNumber });
      const write = transaction.write({ ...NO_CHANGES, certificates: [certificate, twice] });
      refusal = await refused('two certificates with one serial number', write);
    });
    const error = await refused('the transaction of a write that was refused', work);
    if (error !== refusal)
      throw new Error(`the transaction failed with another error than its write: ${String(error)}`);
    same('the device that it added', await scene.open(device.id), undefined);
  }),

  storeCase('refuses each call after one that failed, with the error of that one', async (scene) => {
    const device = newDevice(await scene.newPerson());
    let refusal: unknown;
    const work = scene.transaction(async (transaction) => {
      refusal = await refused('an escrow of an unknown device', transaction.write(ofNoDevice()));
      const later: readonly [string, () => Promise<unknown>][] = [
        ['insertDevice', () => transaction.insertDevice(device)],
        ['lockPerson', () => transaction.lockPerson(device.ownerId)],
        ['a write that is refused too', () => transaction.write(ofNoDevice())],
      ];
      for (const [call, ask] of later) {
        const error = await refused(`${call} after a call that failed`, ask());
        if (error !== refusal)
          throw new Error(`${call} failed with another error than the call before: ${String(error)}`);
      }
    });
    const error = await refused('the transaction of a call that failed', work);
    if (error !== refusal) throw new Error(`the transaction failed with another error than its call: ${String(error)}`);
    same('the device that was added after it', await scene.open(device.id), undefined);
  }),

  storeCase('fails with what its work threw, even if a write was refused before', async (scene) => {
    const thrown = new Error('the power fails');
    const work = scene.transaction(async (transaction) => {
      await refused('an escrow of an unknown device', transaction.write(ofNoDevice()));
      throw thrown;
    });
    const error = await refused('a transaction whose work throws', work);
    if (error !== thrown) throw new Error(`the transaction failed with another error: ${String(error)}`);
  }),

  storeCase('keeps the rest of a transaction in which a device could not be added', async (scene) => {
    const [present, person] = [await scene.newOwnDevice(), await scene.newPerson()];
    const device = newDevice(person);
    await scene.transaction(async (transaction) => {
      const isAdded = await transaction.insertDevice(newDevice(person, { guid: present.guid }));
      same('whether a device was added whose GUID another one has', isAdded, false);
      same('whether the next device was added', await transaction.insertDevice(device), true);
    });
    same('the next device', (await scene.open(device.id))?.device, device);
  }),

  storeCase('refuses what is still asked for when its transaction is over', async (scene) => {
    const person = await scene.newPerson();
    const { transaction } = await scene.transaction((opened) => Promise.resolve({ transaction: opened }));
    const late: readonly [string, () => Promise<unknown>][] = [
      ['lockPerson', () => transaction.lockPerson(person)],
      ['countDevices', () => transaction.countDevices(person)],
      ['insertDevice', () => transaction.insertDevice(newDevice(person))],
      ['spend', () => transaction.spend(person, 'operation')],
      ['write', () => transaction.write({ ...NO_CHANGES, audit: [newAudit()] })],
    ];
    for (const [method, ask] of late) {
      const error = await refused(method, ask());
      same(`what ${method} says`, error instanceof Error ? error.message : error, 'the transaction is over');
    }
    same('the devices of the person', await scene.transaction((next) => next.countDevices(person)), 0);
  }),

  storeCase('counts a use in a transaction of its own, whatever becomes of others', async (scene) => {
    const { store } = scene;
    const person = await scene.newPerson();
    const [begun, counted] = [newGate(), newGate()];
    const failing = store.transaction(async (transaction) => {
      await transaction.survey(person, []);
      begun.open();
      await counted.opened;
      throw new Error('undone');
    });
    const undone = refused('a transaction whose work throws', failing);
    await Promise.race([begun.opened, failing]);
    // The transaction ends without waiting for this use, because a store that runs one transaction after another counts the use only afterwards.
    const use = Promise.allSettled([(async () => store.spend(person, 'witness'))()]);
    counted.open();
    await undone;
    const [first] = await use;
    if (first.status === 'rejected') throw first.reason;
    same('the first use, while a transaction was under way that failed', first.value.spent, 1);
    same('the second use', (await store.spend(person, 'witness')).spent, 2);
  }),

  storeCase('takes back what a transaction counted that failed', async (scene) => {
    const { store } = scene;
    const person = await scene.newPerson();
    await store.spend(person, 'others-card', ['a']);
    const failed = store.transaction(async (transaction) => {
      await transaction.spend(person, 'others-card', ['b']);
      throw new Error('undone');
    });
    await refused('a transaction whose work throws', failed);
    same('what was counted', (await store.spend(person, 'others-card', [])).spent, 1);
  }),
];

/** Rows that a store refuses: an escrow of a device that does not exist. */
const ofNoDevice = (): Changes => ({ ...NO_CHANGES, escrows: [newEscrow(randomUUID())] });
