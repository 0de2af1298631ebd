import { randomUUID } from 'node:crypto';
import type { Passkey } from '../../store/rows.js';
import type { KnownPasskey, PasskeyRemoval } from '../../store/store.js';
import { refused, same } from '../checks.js';
import { newPasskey } from '../rows.js';
import type { Scene } from '../scene.js';
import { storeCase, type StoreCase } from '../store-case.js';

const SERVICES = ['login'];
const DAY = 24 * 60 * 60 * 1000;

/** A registration that a service is told once more. */
const UNCONFIRMED: Passkey['unconfirmed'] = {
  options: {
    rp: { id: 'login.example.com', name: 'login' },
    user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
    challenge: 'Y2hhbGxlbmdl',
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  },
  expires: '2026-02-02T03:04:05.678Z',
  registration: {
    id: 'aWQ',
    rawId: 'aWQ',
    type: 'public-key',
    response: { clientDataJSON: 'e30', attestationObject: 'oA' },
    clientExtensionResults: {},
  },
};

/** Cases of passkeys: refusals, order, and removals that are due. */
export const passkeyCases: readonly StoreCase[] = [
  storeCase('reads every value of a passkey as it was written', async (scene) => {
    const [device, at] = [await scene.newOwnDevice(), new Date(Date.UTC(2026, 1, 2, 3, 4, 5, 678))];
    const passkey = newPasskey(device.id, {
      signCount: 0xffff_ffff,
      transports: ['nfc', 'usb'],
      name: 'a "name", 第二',
      ...({ way: 'host', place: 'proved', attested: true, lastUsedAt: at } as const),
      unconfirmed: UNCONFIRMED,
    });
    await write(scene, passkey);
    same('by its credential id', await find(scene, passkey), { passkey, device });
    same('by its device', await passkeysOn(scene, device.id), [passkey]);
  }),

  storeCase('finds a passkey by service and credential id, until it is gone there', async (scene) => {
    const { id: deviceId } = await scene.newOwnDevice();
    const passkey = newPasskey(deviceId);
    await write(scene, passkey);
    same('at another service', await find(scene, { ...passkey, service: 'another' }), undefined);
    same('by another credential id', await find(scene, { ...passkey, credentialId: 'another' }), undefined);
    const due = { ...passkey, removalDueAt: new Date(1) };
    await write(scene, due);
    same('while it is to be removed', (await find(scene, passkey))?.passkey, due);
    await write(scene, { ...due, removedAt: new Date(2) });
    same('after it was removed', await find(scene, passkey), undefined);
  }),

  storeCase('refuses a credential id that its service has already, on whichever device', async (scene) => {
    const [one, other] = [await scene.newOwnDevice(), await scene.newOwnDevice()];
    const passkey = newPasskey(one.id);
    const { credentialId } = passkey;
    await write(scene, passkey);
    await refused('one that is there', write(scene, newPasskey(other.id, { credentialId })));
    const twice = [newPasskey(other.id), newPasskey(other.id)].map((row) => ({ ...row, credentialId: 'twice' }));
    await refused('two in one write', write(scene, ...twice));
    await write(scene, { ...passkey, removalDueAt: new Date(1) });
    await refused('one that is only to be removed', write(scene, newPasskey(other.id, { credentialId })));
    same('the passkeys of the other device', await passkeysOn(scene, other.id), []);
    const elsewhere = newPasskey(other.id, { credentialId, service: 'another' });
    await write(scene, elsewhere);
    same('the passkeys after one of another service', await passkeysOn(scene, other.id), [elsewhere]);
    same('the passkey at the other service', (await find(scene, elsewhere))?.passkey, elsewhere);
    same('the device of the passkey at the first one', (await find(scene, passkey))?.device, one);
  }),

  storeCase('takes a credential id again that is gone, also in one write, whichever is named first', async (scene) => {
    const [one, other] = [await scene.newOwnDevice(), await scene.newOwnDevice()];
    const passkey = newPasskey(one.id, { removalDueAt: new Date(1) });
    await write(scene, passkey);
    const again = newPasskey(other.id, { credentialId: passkey.credentialId });
    await write(scene, again, { ...passkey, removedAt: new Date(2) });
    same('the passkey', (await find(scene, passkey))?.passkey, again);
    await refused('the first one, as if it were not removed', write(scene, passkey));
  }),

  storeCase(
    'lists the passkeys of a person’s devices at a service, the oldest first, without those to be removed',
    async (scene) => {
      const one = await scene.newOwnDevice();
      const { ownerId } = one;
      const [other, foreign] = [await scene.newOwnDevice({ ownerId }), await scene.newOwnDevice()];
      const [first, second, third] = [newPasskey(one.id), newPasskey(other.id), newPasskey(one.id)];
      const elsewhere = newPasskey(one.id, { service: 'another' });
      const dropped = newPasskey(one.id, { removalDueAt: new Date(1) });
      await write(scene, third, dropped, elsewhere, newPasskey(foreign.id), second, first);
      const list = (personId: string, service: string) =>
        scene.transaction((transaction) => transaction.listPasskeys(personId, service));
      same('at their service', await list(ownerId, first.service), [first, second, third]);
      same('at another service', await list(ownerId, 'another'), [elsewhere]);
      same('of someone without devices', await list(await scene.newPerson(), first.service), []);
    },
  ),

  storeCase('opens a device with its passkeys as they were registered, without those to be removed', async (scene) => {
    const { id } = await scene.newOwnDevice();
    const [first, second, dropped] = [newPasskey(id), newPasskey(id, { service: 'another' }), newPasskey(id)];
    // The order is that of registration (`createdAt`), not that of writing.
    await write(scene, second, dropped);
    await write(scene, first);
    same('the passkeys', await passkeysOn(scene, id), [first, second, dropped]);
    const used = { ...first, signCount: 7, lastUsedAt: new Date(3) };
    await write(scene, used, { ...dropped, removalDueAt: new Date(4) });
    same('after one was used, and one is to be removed', await passkeysOn(scene, id), [used, second]);
  }),

  storeCase('knows whether a device ever had a passkey, whatever became of it', async (scene) => {
    const [one, other] = [await scene.newOwnDevice(), await scene.newOwnDevice()];
    await write(scene, newPasskey(one.id, { removalDueAt: new Date(1_000), removedAt: new Date(2_000) }));
    await scene.transaction(async (transaction) => {
      same('a device whose passkey is gone', await transaction.hadPasskeys(one.id), true);
      same('a device that never had one', await transaction.hadPasskeys(other.id), false);
    });
  }),

  storeCase('has what is due until it is gone, the longest due first, with whose it is', async (scene) => {
    const [one, other] = [await scene.newOwnDevice(), await scene.newOwnDevice()];
    const later = newPasskey(one.id, { removalDueAt: new Date(20) });
    const sooner = newPasskey(other.id, { removalDueAt: new Date(10) });
    const good = newPasskey(one.id);
    await write(scene, later, good, sooner);
    const own = [later, good, sooner];
    const [first, second] = [
      { passkey: sooner, ownerId: other.ownerId },
      { passkey: later, ownerId: one.ownerId },
    ];
    same('what is due', await dueOf(scene, own), [first, second]);
    await write(scene, { ...sooner, removedAt: new Date(30) });
    same('after one is gone', await dueOf(scene, own), [second]);
    // The clock of the store may be behind the clock of the CMS, so the time is not compared with a clock.
    const tomorrow = { ...good, removalDueAt: new Date(Date.now() + DAY) };
    await write(scene, tomorrow);
    same('with one whose time is to come', await dueOf(scene, own), [
      second,
      { passkey: tomorrow, ownerId: one.ownerId },
    ]);
  }),

  storeCase(
    'tells no more of what is due than it is asked for, and only of the services that are named',
    async (scene) => {
      const { id } = await scene.newOwnDevice();
      await write(
        scene,
        newPasskey(id, { removalDueAt: new Date(10) }),
        newPasskey(id, { removalDueAt: new Date(20) }),
      );
      await scene.transaction(async (transaction) => {
        const all = await transaction.duePasskeyRemovals(SERVICES, MANY);
        same('one', await transaction.duePasskeyRemovals(SERVICES, 1), all.slice(0, 1));
        same('none', await transaction.duePasskeyRemovals(SERVICES, 0), []);
        same('all but the first', await transaction.duePasskeyRemovals(SERVICES, MANY, 1), all.slice(1));
        same('the second one', await transaction.duePasskeyRemovals(SERVICES, 1, 1), all.slice(1, 2));
        same('of another service', await transaction.duePasskeyRemovals([randomUUID()], MANY), []);
        same('of no service', await transaction.duePasskeyRemovals([], MANY), []);
      });
    },
  ),
];

/** More than the number of due passkeys that cases leave behind. */
const MANY = 1000;

const write = (scene: Scene, ...passkeys: readonly Passkey[]): Promise<void> => scene.write({ passkeys });

const find = (scene: Scene, { service, credentialId }: Passkey): Promise<KnownPasskey | undefined> =>
  scene.transaction((transaction) => transaction.findPasskey(service, credentialId));

const passkeysOn = async (scene: Scene, deviceId: string): Promise<readonly Passkey[] | undefined> =>
  (await scene.open(deviceId))?.passkeys;

/** Lists the due removals of these passkeys, without the removals that other cases left behind. */
async function dueOf(scene: Scene, passkeys: readonly Passkey[]): Promise<readonly PasskeyRemoval[]> {
  const due = await scene.transaction((transaction) => transaction.duePasskeyRemovals(SERVICES, MANY));
  return due.filter(({ passkey }) => passkeys.some(({ id }) => id === passkey.id));
}
