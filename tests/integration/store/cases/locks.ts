import { expect, it } from '@jest/globals';
import {
  newAudit,
  newCertificate,
  newDevice,
  newEscrow,
  newEvent,
  newOperation,
  newPasskey,
  newPolicy,
  NO_CHANGES,
} from '../rows.js';
import type { StoreStage } from '../stages.js';

/** Several transactions at once, and those that fail. */
export function lockCases(stage: () => StoreStage): void {
  it('lets the second of two transactions of one person see what the first wrote', async () => {
    const { store, newPerson, untilOneWaits } = stage();
    const person = await newPerson();
    const locked = newGate();
    const first = store.transaction(async (transaction) => {
      await transaction.lockPerson(person);
      locked.open();
      await untilOneWaits();
      await transaction.insertDevice(newDevice(person));
    });
    await locked.opened;
    const seen = store.transaction(async (transaction) => {
      await transaction.lockPerson(person);
      return transaction.countDevices(person);
    });
    await first;
    expect(await seen).toBe(1);
  });

  it('locks an operation after its person, and reads it as the one before left it', async () => {
    const { store, newPerson, untilOneWaits } = stage();
    const person = await newPerson();
    const operation = newOperation(person, { cardHint: 'place:0' });
    await store.transaction((transaction) => transaction.write({ ...NO_CHANGES, operations: [operation] }));
    const locked = newGate();
    const first = store.transaction(async (transaction) => {
      await transaction.lockPerson(person);
      locked.open();
      await untilOneWaits();
      // Had the one that waits locked the operation before its person, each would now wait for the other.
      const opened = await transaction.openOperation(person, operation.id);
      await transaction.write({ ...NO_CHANGES, operations: opened ? [{ ...opened, stepNumber: 2 }] : [] });
    });
    await locked.opened;
    const seen = store.transaction((transaction) => transaction.openOperation(person, operation.id));
    await first;
    expect(await seen).toEqual({ ...operation, stepNumber: 2 });
  });

  it('opens a device with everything that the one before wrote', async () => {
    const { store, newPerson, untilOneWaits } = stage();
    const device = newDevice(await newPerson());
    await store.transaction((transaction) => transaction.insertDevice(device));
    const active = { ...device, state: 'active' as const };
    const escrow = newEscrow(device.id);
    const certificate = newCertificate(device.id);
    const passkey = newPasskey(device.id);
    const locked = newGate();
    const first = store.transaction(async (transaction) => {
      await transaction.openDevice(device.id);
      locked.open();
      await untilOneWaits();
      const belongings = { escrows: [escrow], certificates: [certificate], passkeys: [passkey] };
      await transaction.write({ ...NO_CHANGES, devices: [active], ...belongings });
    });
    await locked.opened;
    const seen = store.transaction((transaction) => transaction.openDevice(device.id));
    await first;
    expect(await seen).toEqual({
      device: active,
      escrows: [escrow],
      certificates: [certificate],
      passkeys: [passkey],
    });
  });

  it('tells one of two who add the same card at once', async () => {
    const { store, newPerson } = stage();
    const [one, other] = [newDevice(await newPerson()), newDevice(await newPerson())];
    const add = (device: typeof one) =>
      store.transaction((transaction) => transaction.insertDevice({ ...device, guid: one.guid }));
    expect((await Promise.all([add(one), add(other)])).sort()).toEqual([false, true]);
  });

  it('undoes everything of a transaction that fails', async () => {
    const { store, newPerson, audit, events } = stage();
    const person = await newPerson();
    const [kept, undone] = [newDevice(person), newDevice(person)];
    const operation = newOperation(person, { deviceId: kept.id });
    const [before, after] = [newPolicy('undone', { updatedBy: 'before' }), newPolicy('undone', { updatedBy: 'after' })];
    await store.transaction(async (transaction) => {
      await transaction.insertDevice(kept);
      await transaction.putPolicy(before, 'replace');
      await transaction.write({ ...NO_CHANGES, operations: [operation] });
    });
    const entries = [await audit(), await events()];
    const failed = store.transaction(async (transaction) => {
      await transaction.insertDevice(undone);
      await transaction.putPolicy(after, 'replace');
      await transaction.putPolicy(newPolicy('undone too'), 'add');
      await transaction.spend(person, 'operation');
      await transaction.write({
        operations: [{ ...operation, status: 'failed' }],
        devices: [{ ...kept, state: 'failed' }],
        escrows: [newEscrow(kept.id)],
        certificates: [newCertificate(kept.id)],
        passkeys: [newPasskey(kept.id)],
        audit: [newAudit()],
        events: [newEvent()],
      });
      throw new Error('the power fails');
    });
    await expect(failed).rejects.toThrow('the power fails');
    await store.transaction(async (transaction) => {
      expect(await transaction.openOperation(person, operation.id)).toEqual(operation);
      expect(await transaction.runningOn(kept.id)).toEqual([operation]);
      expect(await transaction.openDevice(kept.id)).toEqual({
        device: kept,
        escrows: [],
        certificates: [],
        passkeys: [],
      });
      expect(await transaction.listPasskeys(person, 'login')).toEqual([]);
      expect(await transaction.openDevice(undone.id)).toBeUndefined();
      expect(await transaction.findPolicy('undone')).toEqual(before);
      expect(await transaction.findPolicy('undone too')).toBeUndefined();
      expect(await transaction.spend(person, 'operation')).toMatchObject({ spent: 1 });
    });
    expect([await audit(), await events()]).toEqual(entries);
  });

  it('undoes a transaction of which a write was refused, though its work does not mind', async () => {
    const { store, newPerson } = stage();
    const device = newDevice(await newPerson());
    const work = store.transaction(async (transaction) => {
      await transaction.insertDevice(device);
      const certificate = newCertificate(device.id);
      const twice = { ...newCertificate(device.id), serialNumber: certificate.serialNumber };
      await transaction.write({ ...NO_CHANGES, certificates: [certificate, twice] }).catch(() => undefined);
    });
    await expect(work).rejects.toThrow();
    expect(await store.transaction((transaction) => transaction.openDevice(device.id))).toBeUndefined();
  });

  it('refuses what is still asked for when its transaction is over', async () => {
    const { store, newPerson } = stage();
    const person = await newPerson();
    const over = await store.transaction((transaction) => Promise.resolve({ transaction }));
    const late = [
      () => over.transaction.countDevices(person),
      () => over.transaction.write({ ...NO_CHANGES, audit: [newAudit()] }),
      () => over.transaction.spend(person, 'operation'),
    ];
    for (const ask of late) await expect(ask()).rejects.toThrow('the transaction is over');
  });

  it('counts a use in a transaction of its own, whatever becomes of others', async () => {
    const { store, newPerson } = stage();
    const person = await newPerson();
    await store.spend(person, 'witness');
    await store.transaction(() => Promise.reject(new Error('refused'))).catch(() => undefined);
    expect(await store.spend(person, 'witness')).toMatchObject({ spent: 2 });
  });
}

/** A promise, and what resolves it. */
function newGate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
