import { randomUUID } from 'node:crypto';
import { same } from '../checks.js';
import { newCertificate, newDevice, newEscrow, newOperation, newPasskey, NO_CHANGES, newWork } from '../rows.js';
import { storeCase, type StoreCase } from '../store-case.js';

/** Cases of rows that are written, and of the order in which they are read. */
export const writtenCases: readonly StoreCase[] = [
  storeCase('reads every value as it was written', async (scene) => {
    const [at, text] = [new Date(Date.UTC(2026, 1, 2, 3, 4, 5, 678)), 'a "text", 第二'];
    const device = {
      ...(await scene.newOwnDevice()),
      ...({ state: 'suspended', stateBeforeSuspension: 'active', stateReason: text } as const),
      ...{ name: text, serial: text, identity: randomUUID(), firmware: '5.7.2' },
      ...{ pukApprovedBy: text, pukApprovedAt: at, issuedAt: at, activatedAt: at },
      ...{ unlockCode: text, unlockCodeIssuedAt: at, unlockCodeIssuedBy: text },
      ...{ unlockCodeTries: 3, unlockCodeOperation: text },
      stagedKey: text,
    };
    const { id: deviceId, ownerId } = device;
    const answer = { operation: randomUUID(), state: 'running', phase: 'keys', progress: 12.5, error: null } as const;
    const lastAnswer = { ...answer, step: { number: 3, jws: 'a.jws.x' }, deviceState: 'producing' };
    const operation = newOperation(ownerId, { deviceId, lastAnswer, lastResultsHash: 'hash' });
    const escrow = newEscrow(deviceId, { appliedAt: at });
    const held = { revocationReason: 'certificateHold', revokedAt: at } as const;
    const certificate = newCertificate(deviceId, { ...held, keyHash: null, doubtedBy: randomUUID() });
    await scene.write({
      operations: [operation],
      devices: [device],
      escrows: [escrow],
      certificates: [certificate],
    });
    await scene.transaction(async (transaction) => {
      same('the operation', await transaction.openOperation(ownerId, operation.id), operation);
      same('the owner', await transaction.ownerOf(deviceId), ownerId);
    });
    const file = { device, escrows: [escrow], certificates: [certificate], passkeys: [], work: [] };
    same('the device', await scene.open(deviceId), file);
  }),

  storeCase('has nothing under an id that was never written, and no operation of another person', async (scene) => {
    const [person, other] = await scene.newPeople();
    const operation = newOperation(person);
    await scene.write({ operations: [operation] });
    await scene.transaction(async (transaction) => {
      same('another person’s operation', await transaction.openOperation(other, operation.id), undefined);
      same('an unknown operation', await transaction.openOperation(person, 'unknown'), undefined);
      same('an unknown device', await transaction.openDevice(randomUUID()), undefined);
      same('the owner of an unknown device', await transaction.ownerOf(randomUUID()), undefined);
      same('what runs on an unknown device', await transaction.runningOn(randomUUID()), []);
      same('an unknown certificate', await transaction.latestCertificate(randomUUID(), '9A'), undefined);
      same('the policy of an unknown model', await transaction.findPolicy('unknown'), undefined);
      same('the policy of an unknown model, locked', await transaction.lockPolicy('unknown'), undefined);
      same('an unknown proposal', await transaction.findProposal(randomUUID()), undefined);
      same('whether an unknown proposal was there', await transaction.removeProposal(randomUUID()), false);
    });
  }),

  storeCase('sees in a transaction what that has written itself', async (scene) => {
    const device = newDevice(await scene.newPerson());
    const { id, ownerId } = device;
    const operation = newOperation(ownerId, { deviceId: id });
    const [escrow, certificate, passkey] = [newEscrow(id), newCertificate(id), newPasskey(id)];
    await scene.transaction(async (transaction) => {
      await transaction.insertDevice(device);
      const empty = { device, escrows: [], certificates: [], passkeys: [], work: [] };
      same('the device that was added', await transaction.openDevice(id), empty);
      const rows = { escrows: [escrow], certificates: [certificate], passkeys: [passkey], work: [newWork(device)] };
      await transaction.write({ ...NO_CHANGES, operations: [operation], ...rows });
      same('the device after a write', await transaction.openDevice(id), { device, ...rows });
      same('what runs on it', await transaction.runningOn(id), [operation]);
      same('the number of devices', await transaction.countDevices(ownerId), 1);
    });
  }),

  storeCase('lists what waits for a replacement and what replaces it, while it counts', async (scene) => {
    const [person, other] = await scene.newPeople();
    const asked = { state: 'suspended', incident: 'lost', replacementAskedAt: new Date(0) } as const;
    const lost = newDevice(person, { ...asked, createdAt: new Date(1) });
    const next = newDevice(person, { state: 'producing', replaces: lost.id, createdAt: new Date(2) });
    const over = newDevice(person, { ...asked, state: 'terminated' });
    const rest = [newDevice(person), over, newDevice(other, asked)];
    await scene.transaction(async (transaction) => {
      for (const device of [next, lost, ...rest]) await transaction.insertDevice(device);
      same('the devices', await transaction.listReplacements(person), [lost, next]);
    });
    await scene.transaction(async (transaction) => {
      await transaction.write({ ...NO_CHANGES, devices: [{ ...next, state: 'active', replaces: null }] });
      same('after the new one became active', await transaction.listReplacements(person), [lost]);
    });
  }),

  storeCase('opens escrows newest first, by the order of writing and not by clocks', async (scene) => {
    const { id } = await scene.newOwnDevice();
    // The times of creation say the opposite, as if a clock had been set back.
    const [third, second, first] = [newEscrow(id), newEscrow(id), newEscrow(id)];
    await scene.write({ escrows: [first, second] });
    await scene.write({ escrows: [third] });
    same('the escrows', (await scene.open(id))?.escrows, [third, second, first]);
    const applied = { ...first, appliedAt: new Date(0), pukTries: [] };
    await scene.write({ escrows: [applied] });
    same('after the first one was written again', (await scene.open(id))?.escrows, [third, second, applied]);
  }),

  storeCase('opens escrows until both of their secrets are dropped', async (scene) => {
    const { id } = await scene.newOwnDevice();
    const [first, second, third] = [newEscrow(id), newEscrow(id), newEscrow(id)];
    await scene.write({ escrows: [first, second, third] });
    const gone = new Date(0);
    const withoutKey = { ...third, managementKeyDroppedAt: gone };
    const withoutPuk = { ...first, pukDroppedAt: gone };
    await scene.write({
      escrows: [withoutKey, { ...second, managementKeyDroppedAt: gone, pukDroppedAt: gone }, withoutPuk],
    });
    // Each of the two secrets has a history of its own: an escrow stays while one of them may be on the card.
    same('the escrows', (await scene.open(id))?.escrows, [withoutKey, withoutPuk]);
  }),

  storeCase('opens certificates that are good or on hold, by slot', async (scene) => {
    const { id } = await scene.newOwnDevice();
    const held = { revocationReason: 'certificateHold', revokedAt: new Date(0) } as const;
    const [signature, retired, authentication, management, renewed] = [
      newCertificate(id, { slot: '9C' }),
      newCertificate(id, { slot: '9A', revocationReason: 'superseded', revokedAt: new Date(0) }),
      newCertificate(id, { slot: '9A', ...held }),
      newCertificate(id, { slot: '9D' }),
      newCertificate(id, { slot: '9E', ...held, pendingRenewal: randomUUID() }),
    ];
    await scene.write({ certificates: [signature, retired, authentication, management, renewed] });
    same('the certificates', (await scene.open(id))?.certificates, [authentication, signature, management, renewed]);
    const good = { ...authentication, revocationReason: null, revokedAt: null };
    const lost = { ...management, revocationReason: 'keyCompromise', revokedAt: new Date(0) } as const;
    const read = { ...renewed, revocationReason: null, revokedAt: null, pendingRenewal: null };
    await scene.write({ certificates: [good, lost, read] });
    const left = (await scene.open(id))?.certificates;
    same('after two became good and one was revoked', left, [good, signature, read]);
  }),

  storeCase(
    'names the keys that were ever certified on another device, in the order in which it is asked',
    async (scene) => {
      const [one, other] = [await scene.newOwnDevice(), await scene.newOwnDevice()];
      const own = newCertificate(one.id);
      const foreign = newCertificate(other.id, { revocationReason: 'superseded', revokedAt: new Date(0) });
      // No other certificate is for the key of this certificate.
      const revoked = newCertificate(other.id, { revocationReason: 'keyCompromise', revokedAt: new Date(0) });
      const again = newCertificate(other.id, { slot: '9C', keyHash: foreign.keyHash });
      const shared = randomUUID();
      const both = [newCertificate(one.id, { keyHash: shared }), newCertificate(other.id, { keyHash: shared })];
      await scene.write({ certificates: [own, foreign, revoked, again, ...both] });
      const [ownHash, foreignHash, revokedHash] = [own.keyHash ?? '', foreign.keyHash ?? '', revoked.keyHash ?? ''];
      await scene.transaction(async (transaction) => {
        const ask = (...hashes: readonly string[]) => transaction.certifiedElsewhere(hashes, one.id);
        same('the keys', await ask(ownHash, foreignHash, shared, 'unknown'), [foreignHash, shared]);
        same('the keys the other way round', await ask(shared, foreignHash), [shared, foreignHash]);
        same('a key whose only certificate is revoked', await ask(revokedHash), [revokedHash]);
        same('a key that is named twice', await ask(shared, 'unknown', shared), [shared, shared]);
        same('no keys', await ask(), []);
      });
    },
  ),

  storeCase('finds the newest certificate of a slot, whatever became of it', async (scene) => {
    const [one, other] = [await scene.newOwnDevice(), await scene.newOwnDevice()];
    const revoked = { revocationReason: 'cessationOfOperation', revokedAt: new Date(0) } as const;
    const older = newCertificate(one.id, { slot: '9E', createdAt: new Date(1_000) });
    const newer = newCertificate(one.id, { slot: '9E', createdAt: new Date(2_000), ...revoked });
    const later = new Date(3_000);
    const elsewhere = [
      newCertificate(one.id, { slot: '9A', createdAt: later }),
      newCertificate(other.id, { slot: '9E', createdAt: later }),
    ];
    await scene.write({ certificates: [newer, older, ...elsewhere] });
    await scene.transaction(async (transaction) => {
      same('the certificate of 9E', await transaction.latestCertificate(one.id, '9E'), newer);
      same('the certificate of 9D', await transaction.latestCertificate(one.id, '9D'), undefined);
    });
  }),

  storeCase('keeps the last of several rows with one id, in the place of the first', async (scene) => {
    const device = await scene.newOwnDevice();
    const { id, ownerId } = device;
    const active = { ...device, state: 'active' } as const;
    const operation = newOperation(ownerId, { deviceId: id });
    const later = { ...operation, stepNumber: 2 };
    const [one, other] = [newEscrow(id), newEscrow(id)];
    const applied = { ...one, appliedAt: new Date(0) };
    const certificate = newCertificate(id);
    const held = { ...certificate, revocationReason: 'certificateHold', revokedAt: new Date(0) } as const;
    const passkey = newPasskey(id);
    const used = { ...passkey, signCount: 2 };
    await scene.write({
      operations: [operation, later],
      devices: [device, active],
      escrows: [one, other, applied],
      certificates: [certificate, held],
      passkeys: [passkey, used],
    });
    const file = { device: active, escrows: [other, applied], certificates: [held], passkeys: [used], work: [] };
    same('the device', await scene.open(id), file);
    same('what runs on it', await scene.transaction((transaction) => transaction.runningOn(id)), [later]);
  }),

  storeCase('writes nothing where nothing changed', async (scene) => {
    const before = await scene.stage.audit();
    await scene.write({});
    same('the audit log', await scene.stage.audit(), before);
  }),
];
