import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { Passkey } from '@cardwright/cms';
import { newDevice, newPasskey, NO_CHANGES } from '../rows.js';
import type { StoreStage } from '../stages.js';

const SERVICES = ['login'];

/** Passkeys: what is refused, in which order they are read, and what is still to be removed. */
export function passkeyCases(stage: () => StoreStage): void {
  const write = (...passkeys: Passkey[]): Promise<void> =>
    stage().store.transaction((transaction) => transaction.write({ ...NO_CHANGES, passkeys }));
  const find = ({ service, credentialId }: Passkey) =>
    stage().store.transaction((transaction) => transaction.findPasskey(service, credentialId));
  const listOf = (personId: string, service: string) =>
    stage().store.transaction((transaction) => transaction.listPasskeys(personId, service));
  const passkeysOf = async (deviceId: string) =>
    (await stage().store.transaction((transaction) => transaction.openDevice(deviceId)))?.passkeys;
  async function newOwnDevice(ownerId?: string) {
    const device = newDevice(ownerId ?? (await stage().newPerson()));
    await stage().store.transaction((transaction) => transaction.insertDevice(device));
    return device;
  }
  /** The removals of some passkeys that are due, in their order: other tests left theirs. */
  async function dueOf(...passkeys: Passkey[]) {
    const due = await stage().store.transaction((transaction) => transaction.duePasskeyRemovals(SERVICES, 1000));
    return due.filter(({ passkey }) => passkeys.some(({ id }) => id === passkey.id));
  }

  it('reads every value of a passkey as it was written', async () => {
    const [device, at] = [await newOwnDevice(), new Date(Date.UTC(2026, 1, 2, 3, 4, 5, 678))];
    const passkey = newPasskey(device.id, {
      signCount: 0xffff_ffff,
      transports: ['nfc', 'usb'],
      name: 'a "name", 第二',
      ...({ way: 'host', place: 'proved', attested: true, lastUsedAt: at } as const),
    });
    await write(passkey);
    expect(await find(passkey)).toEqual({ passkey, device });
    expect(await passkeysOf(device.id)).toEqual([passkey]);
  });

  it('finds a passkey by service and credential id, until it is gone there', async () => {
    const { id: deviceId } = await newOwnDevice();
    const passkey = newPasskey(deviceId);
    await write(passkey);
    expect(await find({ ...passkey, service: 'another' })).toBeUndefined();
    expect(await find({ ...passkey, credentialId: 'another' })).toBeUndefined();
    const due = { ...passkey, removalDueAt: new Date(1) };
    await write(due);
    expect((await find(passkey))?.passkey).toEqual(due);
    await write({ ...due, removedAt: new Date(2) });
    expect(await find(passkey)).toBeUndefined();
  });

  it('refuses a credential id that its service has already, on whichever device', async () => {
    const [one, other] = [await newOwnDevice(), await newOwnDevice()];
    const passkey = newPasskey(one.id);
    const { credentialId } = passkey;
    await write(passkey);
    await expect(write(newPasskey(other.id, { credentialId }))).rejects.toThrow();
    const twice = randomUUID();
    await expect(
      write(newPasskey(other.id, { credentialId: twice }), newPasskey(other.id, { credentialId: twice })),
    ).rejects.toThrow();
    // What is to be removed is still there.
    await write({ ...passkey, removalDueAt: new Date(1) });
    await expect(write(newPasskey(other.id, { credentialId }))).rejects.toThrow();
    expect(await passkeysOf(other.id)).toEqual([]);
    const elsewhere = newPasskey(other.id, { credentialId, service: 'another' });
    await write(elsewhere);
    expect(await passkeysOf(other.id)).toEqual([elsewhere]);
  });

  it('takes a credential id again that is gone, also in one write, whichever is named first', async () => {
    const [one, other] = [await newOwnDevice(), await newOwnDevice()];
    const passkey = newPasskey(one.id, { removalDueAt: new Date(1) });
    await write(passkey);
    const again = newPasskey(other.id, { credentialId: passkey.credentialId });
    await write(again, { ...passkey, removedAt: new Date(2) });
    expect((await find(passkey))?.passkey).toEqual(again);
    await expect(write(passkey)).rejects.toThrow();
  });

  it('lets one of two registrations of one credential at once have it', async () => {
    const [one, other] = [await newOwnDevice(), await newOwnDevice()];
    const passkey = newPasskey(one.id);
    const outcomes = await Promise.allSettled([
      write(passkey),
      write({ ...passkey, id: randomUUID(), deviceId: other.id }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses a passkey of a device that is not there', async () => {
    await expect(write(newPasskey(randomUUID()))).rejects.toThrow();
  });

  it('lists the passkeys of a person’s devices at a service, the oldest first, without those to be removed', async () => {
    const one = await newOwnDevice();
    const [other, foreign] = [await newOwnDevice(one.ownerId), await newOwnDevice()];
    const [first, second, third] = [newPasskey(one.id), newPasskey(other.id), newPasskey(one.id)];
    const elsewhere = newPasskey(one.id, { service: 'another' });
    const dropped = newPasskey(one.id, { removalDueAt: new Date(1) });
    await write(third, dropped, elsewhere, newPasskey(foreign.id), second, first);
    expect(await listOf(one.ownerId, first.service)).toEqual([first, second, third]);
    expect(await listOf(one.ownerId, 'another')).toEqual([elsewhere]);
    expect(await listOf(randomUUID(), first.service)).toEqual([]);
  });

  it('opens a device with its passkeys as they were registered, without those to be removed', async () => {
    const { id } = await newOwnDevice();
    const [first, second, dropped] = [newPasskey(id), newPasskey(id, { service: 'another' }), newPasskey(id)];
    await write(first);
    await write(second, dropped);
    expect(await passkeysOf(id)).toEqual([first, second, dropped]);
    const used = { ...first, signCount: 7, lastUsedAt: new Date(3) };
    await write(used, { ...dropped, removalDueAt: new Date(4) });
    expect(await passkeysOf(id)).toEqual([used, second]);
  });

  it('has what is due until it is gone, the longest due first, with whose it is, and no more than asked for', async () => {
    const [one, other] = [await newOwnDevice(), await newOwnDevice()];
    const later = newPasskey(one.id, { removalDueAt: new Date(20) });
    const sooner = newPasskey(other.id, { removalDueAt: new Date(10) });
    const good = newPasskey(one.id);
    await write(later, good, sooner);
    const [first, second] = [
      { passkey: sooner, ownerId: other.ownerId },
      { passkey: later, ownerId: one.ownerId },
    ];
    expect(await dueOf(later, good, sooner)).toEqual([first, second]);
    await stage().store.transaction(async (transaction) => {
      expect(await transaction.duePasskeyRemovals(SERVICES, 1)).toHaveLength(1);
      expect(await transaction.duePasskeyRemovals(SERVICES, 0)).toEqual([]);
      expect(await transaction.duePasskeyRemovals(['another'], 1000)).toEqual([]);
      const all = await transaction.duePasskeyRemovals(SERVICES, 1000);
      expect(await transaction.duePasskeyRemovals(SERVICES, 1000, 1)).toEqual(all.slice(1));
    });
    await write({ ...sooner, removedAt: new Date(30) });
    expect(await dueOf(later, good, sooner)).toEqual([second]);
  });
}
