import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deviceVersion, STATES } from '@cardwright/cms/devices';
import type { PortalDatabase } from '../../../portal/src/server/store/database.js';
import { readDeviceFile } from '../../../portal/src/server/store/device-file.js';
import { certificates, passkeys } from '../../../portal/src/server/store/schema.js';
import { NO_VERSION } from '../../support/engine/operator-action.js';
import { newCertificate, newPasskey } from '../store/rows.js';
import { act, lookAt } from './support/operator.js';
import {
  actionsOf,
  logOf,
  newDevice,
  openOperatorsPortal,
  rowOf,
  type OperatorsPortal,
} from './support/operators-portal.js';
import { Browser, listDevices } from './support/test-portal.js';
import { everyOrOneIn } from '../../support/thorough.js';

let operators: OperatorsPortal;
let store: PortalDatabase;
let alice: Browser;
let olga: Browser;
let otto: Browser;

beforeAll(async () => {
  operators = await openOperatorsPortal();
  ({ store, alice, olga, otto } = operators);
});
afterAll(() => operators.remove());

describe('the version that an operator has seen', () => {
  /** Returns the version of a device in the list, on its page, and as an action finds it under the lock of its row. */
  async function versionsOf(id: string): Promise<(string | undefined)[]> {
    const listed = await listDevices(otto, '/api/operator/devices');
    const file = await store.db.transaction((transaction) => readDeviceFile(transaction, id));
    return [
      listed.devices.find((device) => device.id === id)?.version,
      await lookAt(otto, id),
      file &&
        deviceVersion({
          row: file.device,
          certificates: file.certificates.filter(({ pendingRenewal }) => pendingRenewal === null),
          passkeys: file.passkeys,
          work: file.work,
        }),
    ];
  }

  it.each(everyOrOneIn(3, STATES))(
    'is the same in the list, on the page and under the lock, of a device that is %s',
    async (state) => {
      const id = await newDevice(store, state, { stateReason: 'CARD_REMOVED', pukApprovedAt: new Date() });
      const versions: (string | undefined)[] = [];
      for (const add of [
        () => Promise.resolve(),
        // Each of these is the newest of its slot: shown or not, it may hide a valid one.
        ...(['superseded', 'cessationOfOperation', 'certificateHold', null] as const).map(
          (revocationReason) => () =>
            store.db.insert(certificates).values(newCertificate(id, { revocationReason, createdAt: new Date() })),
        ),
        () => store.db.insert(certificates).values(newCertificate(id, { slot: '9E', keyHash: null })),
        () =>
          store.db
            .insert(certificates)
            .values(newCertificate(id, { slot: '9E', revocationReason: 'certificateHold', pendingRenewal: 'renewal' })),
        () => store.db.insert(passkeys).values([newPasskey(id), newPasskey(id, { removalDueAt: new Date() })]),
      ]) {
        await add();
        const [listed, ...others] = await versionsOf(id);
        expect(others).toEqual([listed, listed]);
        versions.push(listed);
      }
      // Ended certificates do not matter, and neither does one that was not read back.
      expect(new Set(versions).size).toBe(versions.length - 3);
      const isOpen = (await actionsOf(otto, id)).includes('terminate');
      expect((await act(otto, id, 'terminate')).code).toBe(isOpen ? undefined : 'DEVICE_STATE');
    },
  );

  it('is outdated once another operator has suspended and resumed the device', async () => {
    const id = await newDevice(store, 'awaiting-approval');
    const seen = await lookAt(otto, id);
    for (const action of ['suspend', 'resume']) expect((await act(olga, id, action)).status).toBe(200);
    const before = await logOf(olga, id);
    expect(await otto.post(`/api/operator/devices/${id}/approve`, { seen })).toMatchObject({
      status: 409,
      code: 'DEVICE_CHANGED',
    });
    expect(await rowOf(store, id)).toMatchObject({ state: 'awaiting-approval' });
    expect(await logOf(olga, id)).toEqual(before);
    expect((await act(otto, id, 'approve')).status).toBe(200);
  });

  it('is valid for one of two concurrent actions', async () => {
    const oscar = await Browser.login(operators.portal, 'oscar');
    for (let round = 0; round < 5; round += 1) {
      const id = await newDevice(store, 'awaiting-approval');
      const seen = await lookAt(otto, id);
      const answers = await Promise.all([
        otto.post(`/api/operator/devices/${id}/approve`, { seen }),
        oscar.post(`/api/operator/devices/${id}/decline`, { seen, reason: 'Not a card of ours.' }),
      ]);
      expect(answers.map(({ code, status }) => code ?? status).sort()).toEqual([200, 'DEVICE_CHANGED']);
    }
  });

  it('is hidden from users: nobody else learns whether a version is right', async () => {
    const id = await newDevice(store, 'awaiting-approval');
    for (const seen of [await lookAt(otto, id), NO_VERSION])
      expect(await alice.post(`/api/operator/devices/${id}/approve`, { seen })).toMatchObject({ code: 'FORBIDDEN' });
    expect(JSON.stringify((await olga.get('/api/devices')).body)).not.toContain(await lookAt(otto, id));
  });
});
