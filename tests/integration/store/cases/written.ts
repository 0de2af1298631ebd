import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { Changes, Device } from '@cardwright/cms';
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

/** What is written, in which order it is read, and what is refused. */
export function writtenCases(stage: () => StoreStage): void {
  const write = (changes: Partial<Changes>): Promise<void> =>
    stage().store.transaction((transaction) => transaction.write({ ...NO_CHANGES, ...changes }));
  const insert = (device: Device): Promise<boolean> =>
    stage().store.transaction((transaction) => transaction.insertDevice(device));
  const open = (id: string) => stage().store.transaction((transaction) => transaction.openDevice(id));
  async function newOwnDevice(about: Partial<Device> = {}): Promise<Device> {
    const device = newDevice(await stage().newPerson(), about);
    expect(await insert(device)).toBe(true);
    return device;
  }

  it('reads every value as it was written', async () => {
    const [at, text] = [new Date(Date.UTC(2026, 1, 2, 3, 4, 5, 678)), 'a "text", 第二'];
    const device = {
      ...(await newOwnDevice()),
      ...({ state: 'suspended', stateBeforeSuspension: 'active', stateReason: text } as const),
      ...{ serial: text, identity: randomUUID(), firmware: '5.7.2' },
      ...{ pukApprovedBy: text, pukApprovedAt: at, issuedAt: at, activatedAt: at },
      ...{ unlockCode: text, unlockCodeIssuedAt: at, unlockCodeIssuedBy: text },
      ...{ unlockCodeTries: 3, unlockCodeOperation: text },
    };
    const answer = { operation: randomUUID(), state: 'running', phase: 'keys', progress: 12.5, error: null } as const;
    const lastAnswer = { ...answer, step: { number: 3, jws: 'a.jws.x' }, deviceState: 'producing' };
    const operation = newOperation(device.ownerId, { deviceId: device.id, lastAnswer, lastResultsHash: 'hash' });
    const escrow = newEscrow(device.id, { appliedAt: at });
    const held = { revocationReason: 'certificateHold', revokedAt: at } as const;
    const certificate = newCertificate(device.id, { ...held, keyHash: null });
    await write({ operations: [operation], devices: [device], escrows: [escrow], certificates: [certificate] });
    await stage().store.transaction(async (transaction) => {
      expect(await transaction.openOperation(device.ownerId, operation.id)).toEqual(operation);
      expect(await transaction.ownerOf(device.id)).toBe(device.ownerId);
    });
    expect(await open(device.id)).toEqual({ device, escrows: [escrow], certificates: [certificate], passkeys: [] });
  });

  it('has nothing under an id that was never written, and no operation of another person', async () => {
    const [person, other] = [await stage().newPerson(), await stage().newPerson()];
    const operation = newOperation(person);
    await write({ operations: [operation] });
    await stage().store.transaction(async (transaction) => {
      expect(await transaction.openOperation(other, operation.id)).toBeUndefined();
      expect(await transaction.openOperation(person, 'unknown')).toBeUndefined();
      expect(await transaction.openDevice(randomUUID())).toBeUndefined();
      expect(await transaction.ownerOf(randomUUID())).toBeUndefined();
      expect(await transaction.runningOn(randomUUID())).toEqual([]);
      expect(await transaction.findPolicy('unknown')).toBeUndefined();
    });
  });

  it('refuses a device with the identity or the GUID of one in use', async () => {
    const { guid, identity } = await newOwnDevice({ identity: randomUUID() });
    const owner = await stage().newPerson();
    expect(await insert(newDevice(owner, { guid }))).toBe(false);
    expect(await insert(newDevice(owner, { identity }))).toBe(false);
    expect(await insert(newDevice(owner, { guid, identity, state: 'available' }))).toBe(true);
  });

  it.each(['available', 'terminated'] as const)('takes a card again whose device is %s', async (state) => {
    const device = await newOwnDevice({ identity: randomUUID() });
    await write({ devices: [{ ...device, state }] });
    const again = newDevice(device.ownerId, { guid: device.guid, identity: device.identity });
    expect(await insert(again)).toBe(true);
    await expect(write({ devices: [device] })).rejects.toThrow();
    expect((await open(device.id))?.device.state).toBe(state);
  });

  it('writes a device that gives its card to another one, whichever is named first', async () => {
    const one = await newOwnDevice({ identity: randomUUID() });
    const other = await newOwnDevice();
    const taken = { ...other, identity: one.identity };
    await expect(write({ devices: [taken] })).rejects.toThrow();
    await write({ devices: [taken, { ...one, state: 'available' }] });
    expect((await open(other.id))?.device).toEqual(taken);
  });

  it('refuses two running operations on one device, or of one person on one card hint', async () => {
    const { id: deviceId, ownerId } = await newOwnDevice();
    const cardHint = `place:${randomUUID()}`;
    const onDevice = newOperation(ownerId, { deviceId });
    const onHint = newOperation(ownerId, { cardHint });
    await write({ operations: [onDevice, onHint] });
    await expect(write({ operations: [newOperation(ownerId, { deviceId })] })).rejects.toThrow();
    await expect(write({ operations: [newOperation(ownerId, { cardHint })] })).rejects.toThrow();
    await write({ operations: [newOperation(await stage().newPerson(), { cardHint })] });
    await write({ operations: [newOperation(ownerId, { deviceId, cardHint, status: 'done' })] });
    // The one that takes over may be named before the one that ends.
    const next = newOperation(ownerId, { deviceId });
    await write({ operations: [next, { ...onDevice, status: 'cancelled' }] });
    expect(await stage().store.transaction((transaction) => transaction.runningOn(deviceId))).toEqual([next]);
  });

  it('refuses rows of a device that is not there, and two certificates with one serial number', async () => {
    const { id } = await newOwnDevice();
    const [unknown, { ownerId }] = [randomUUID(), await newOwnDevice()];
    await expect(write({ escrows: [newEscrow(unknown)] })).rejects.toThrow();
    await expect(write({ certificates: [newCertificate(unknown)] })).rejects.toThrow();
    await expect(write({ operations: [newOperation(ownerId, { deviceId: unknown })] })).rejects.toThrow();
    const certificate = newCertificate(id);
    await write({ certificates: [certificate] });
    const { serialNumber } = certificate;
    await expect(write({ certificates: [newCertificate(id, { serialNumber })] })).rejects.toThrow();
    expect((await open(id))?.certificates).toEqual([certificate]);
  });

  it('opens escrows newest first without the dropped ones, whatever was written of them later', async () => {
    const { id } = await newOwnDevice();
    // By the order of writing, not by their clocks, which may have been set back.
    const [third, second, first] = [newEscrow(id), newEscrow(id), newEscrow(id)];
    await write({ escrows: [first, second] });
    await write({ escrows: [third, { ...first, appliedAt: new Date(0), pukTries: [] }] });
    expect((await open(id))?.escrows).toEqual([third, second, { ...first, appliedAt: new Date(0), pukTries: [] }]);
    const gone = new Date(0);
    await write({
      escrows: [
        { ...third, managementKeyDroppedAt: gone },
        { ...second, managementKeyDroppedAt: gone, pukDroppedAt: gone },
        { ...first, pukDroppedAt: gone },
      ],
    });
    // Each of the two secrets has a history of its own: an escrow stays while one of them may be on the card.
    expect((await open(id))?.escrows).toEqual([
      { ...third, managementKeyDroppedAt: gone },
      { ...first, pukDroppedAt: gone },
    ]);
  });

  it('opens certificates that are good or on hold, by slot', async () => {
    const { id } = await newOwnDevice();
    const held = { revocationReason: 'certificateHold', revokedAt: new Date(0) } as const;
    const [signature, retired, authentication, management] = [
      newCertificate(id, { slot: '9C' }),
      newCertificate(id, { slot: '9A', revocationReason: 'superseded', revokedAt: new Date(0) }),
      newCertificate(id, { slot: '9A', ...held }),
      newCertificate(id, { slot: '9D' }),
    ];
    await write({ certificates: [signature, retired, authentication, management] });
    expect((await open(id))?.certificates).toEqual([authentication, signature, management]);
    const lost = { ...management, revocationReason: 'keyCompromise', revokedAt: new Date(0) } as const;
    await write({ certificates: [{ ...authentication, revocationReason: null, revokedAt: null }, lost] });
    expect((await open(id))?.certificates.map(({ slot, revokedAt }) => [slot, revokedAt])).toEqual([
      ['9A', null],
      ['9C', null],
    ]);
  });

  it('names the keys that were ever certified on another device', async () => {
    const [one, other] = [await newOwnDevice(), await newOwnDevice()];
    const own = newCertificate(one.id);
    const foreign = newCertificate(other.id, { revocationReason: 'superseded', revokedAt: new Date(0) });
    const again = newCertificate(other.id, { slot: '9C', keyHash: foreign.keyHash });
    const shared = randomUUID();
    const both = [newCertificate(one.id, { keyHash: shared }), newCertificate(other.id, { keyHash: shared })];
    await write({ certificates: [own, foreign, again, ...both] });
    const hashes = [own.keyHash ?? '', foreign.keyHash ?? '', shared, 'unknown'];
    await stage().store.transaction(async (transaction) => {
      expect(await transaction.certifiedElsewhere(hashes, one.id)).toEqual([foreign.keyHash, shared]);
      expect(await transaction.certifiedElsewhere([], one.id)).toEqual([]);
    });
  });

  it('finds the newest certificate of a slot, whatever became of it', async () => {
    const [one, other] = [await newOwnDevice(), await newOwnDevice()];
    const revoked = { revocationReason: 'cessationOfOperation', revokedAt: new Date(0) } as const;
    const older = newCertificate(one.id, { slot: '9E', createdAt: new Date(1_000) });
    const newer = newCertificate(one.id, { slot: '9E', createdAt: new Date(2_000), ...revoked });
    const later = new Date(3_000);
    const elsewhere = [
      newCertificate(one.id, { slot: '9A', createdAt: later }),
      newCertificate(other.id, { slot: '9E', createdAt: later }),
    ];
    await write({ certificates: [newer, older, ...elsewhere] });
    await stage().store.transaction(async (transaction) => {
      expect(await transaction.latestCertificate(one.id, '9E')).toEqual(newer);
      expect(await transaction.latestCertificate(one.id, '9D')).toBeUndefined();
    });
  });

  it('knows whether a device ever had a passkey, whatever became of it', async () => {
    const [one, other] = [await newOwnDevice(), await newOwnDevice()];
    const gone = { removalDueAt: new Date(1_000), removedAt: new Date(2_000) };
    await write({ passkeys: [newPasskey(one.id, gone)] });
    await stage().store.transaction(async (transaction) => {
      expect(await transaction.hadPasskeys(one.id)).toBe(true);
      expect(await transaction.hadPasskeys(other.id)).toBe(false);
    });
  });

  it('replaces a policy, or adds it only where the model has none', async () => {
    const model = randomUUID();
    const [added, ignored, replaced] = ['first', 'second', 'third'].map((updatedBy) => newPolicy(model, { updatedBy }));
    if (!added || !ignored || !replaced) throw new Error('a policy is missing');
    const put = (row: typeof added, mode: 'replace' | 'add') =>
      stage().store.transaction(async (transaction) => {
        await transaction.putPolicy(row, mode);
        return transaction.findPolicy(model);
      });
    expect(await put(added, 'add')).toEqual(added);
    expect(await put(ignored, 'add')).toEqual(added);
    expect(await put(replaced, 'replace')).toEqual(replaced);
    const another = newPolicy(`${model}-b`);
    expect(await put(another, 'replace')).toEqual(replaced);
    const policies = await stage().store.transaction((transaction) => transaction.listPolicies());
    expect(policies.map((policy) => policy.model)).toEqual(policies.map((policy) => policy.model).sort());
    expect(policies.filter((policy) => policy.model.startsWith(model))).toEqual([replaced, another]);
  });

  it('appends to the audit log in order', async () => {
    const before = await stage().audit();
    const { id: deviceId } = await newOwnDevice();
    const rows = [
      newAudit({ actor: 'third', at: new Date(0) }),
      newAudit({ actor: 'first', deviceId, operationId: 'one', outcome: 'failed', event: 'device.erased' }),
      newAudit({ actor: 'second', detail: {} }),
    ];
    await write({ audit: rows });
    await write({ audit: [rows[2] ?? newAudit()] });
    expect(await stage().audit()).toEqual([...before, ...rows, rows[2]]);
  });

  it('appends to the timeline of operations in order, each happening as it was', async () => {
    const before = await stage().events();
    const { id: deviceId } = await newOwnDevice();
    const step = { step: 'keys', number: 3 } as const;
    const commands = [
      { method: 'key.generate', error: null },
      { method: 'csr.create', error: 'KEY_CANNOT_SIGN' },
    ] as const;
    const rows = [
      newEvent({ at: new Date(1), address: null }),
      newEvent({ what: { kind: 'step-sent', ...step, methods: ['key.generate', 'csr.create'] }, deviceId }),
      newEvent({ what: { kind: 'step-results', ...step, commands }, deviceId, at: new Date(0) }),
      newEvent({ what: { kind: 'ended', state: 'failed', error: 'KEY_CANNOT_SIGN' }, deviceId }),
    ];
    await write({ events: rows });
    await write({ events: rows.slice(0, 1) });
    expect(await stage().events()).toEqual([...before, ...rows, rows[0]]);
  });

  it('keeps the last of several rows with one id, in the place of the first', async () => {
    const device = await newOwnDevice();
    const [one, other] = [newEscrow(device.id), newEscrow(device.id)];
    const applied = { ...one, appliedAt: new Date(0) };
    const active = { ...device, state: 'active' } as const;
    await write({ devices: [device, active], escrows: [one, other, applied] });
    expect(await open(device.id)).toEqual({
      device: active,
      escrows: [other, applied],
      certificates: [],
      passkeys: [],
    });
  });

  it('writes nothing where nothing changed', async () => {
    await expect(write({})).resolves.toBeUndefined();
  });
}
