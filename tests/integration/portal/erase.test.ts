import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { startPortal } from '@cardwright/portal';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { readDeviceFile } from '../../../portal/src/server/store/device-file.js';
import { writeCertificate, writeChuid } from '../../support/host-and-card/card-memory.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { actionFor, eventsOf, newYubikey, openErasingPortal, rowsOf } from './support/erasing.js';
import { Browser, listDevices, startTestPortal, type TestPortal } from './support/test-portal.js';
import { drawnTests } from '../../support/thorough.js';

const drawnIt = drawnTests(2);

let portal: TestPortal;
let alice: Browser;
let bob: Browser;
let olga: Browser;
let card: TestCard;

beforeAll(async () => {
  ({ portal, alice, bob, olga } = await openErasingPortal());
});
afterAll(() => portal.remove());

/** Makes a security key that was used elsewhere: nothing of its factory state is left. */
function newUsedCard(): TestCard {
  const used = newYubikey();
  used.managementKey = { algorithm: 'AES-192', key: Buffer.alloc(24, 5) };
  used.pin = '654321';
  used.puk = '87654321';
  writeCertificate(used.state, '9A', 'AAAA');
  writeChuid(used.state, 'NBAAAAAAAAAAAAAAAAAAAAAA');
  return used;
}

beforeEach(() => {
  card = newUsedCard();
});

describe('a used card', () => {
  drawnIt('is erased in the first step and issued with fresh credentials in the six steps after it', async () => {
    const host = await alice.openHost(card);
    const before = alice.operationCalls;
    const answer = await alice.relay(host);
    expect(answer).toMatchObject({ state: 'done', deviceState: 'active', error: null });
    // The witness comes with the erasure, so that there is no further call.
    expect(alice.operationCalls - before).toBe(6);
    expect(host.executed.slice(0, 3)).toEqual([
      'device.reset',
      'managementKey.getChallenge',
      'managementKey.authenticate',
    ]);
    expect(card.erasures).toBe(1);
    expect(card.pin).toBe('739164');
    expect(card.pukTries).toBe(3);
    expect(await rowsOf(alice, card)).toMatchObject([{ state: 'active', managementKey: 'own' }]);
    expect((await eventsOf(olga, answer.operation)).slice(0, 3)).toEqual([
      'operation.started',
      'device.erase-ordered',
      'device.erased',
    ]);
  });
});

describe('starting again', () => {
  const startAgain = (id: string, browser = alice) => browser.post(`/api/devices/${id}/start-again`, {});

  async function newFailedCard(): Promise<string> {
    card = newYubikey();
    const { operation } = await alice.relay(await alice.openHost(card), ({ phase }) => phase.name === 'certificates');
    await alice.operate(`/${operation}/cancel`, {});
    const [row] = await rowsOf(alice, card);
    expect(row).toMatchObject({ state: 'failed', stateReason: 'CANCELLED', ownerActions: ['continue', 'start-again'] });
    return row?.id ?? '';
  }

  drawnIt('gives a failed device back: its card is erased and issued again, by anyone', async () => {
    const id = await newFailedCard();
    expect((await startAgain(id, bob)).code).toBe('DEVICE_STATE');
    expect((await startAgain(id)).status).toBe(200);
    expect(await rowsOf(alice, card)).toEqual([]);
    expect(await actionFor(bob, card)).toMatchObject({ devices: [{ action: 'erase' }] });
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(card.erasures).toBe(1);
    expect(await rowsOf(alice, card)).toMatchObject([{ state: 'active' }]);
    expect((await startAgain(id)).code).toBe('DEVICE_STATE');
  });

  drawnIt(
    'forgets the earlier secrets once the card proved that it has its factory key again, and no earlier',
    async () => {
      const own = await startTestPortal();
      try {
        const owner = await Browser.login(own, 'alice');
        const used = newYubikey();
        const { operation } = await owner.relay(
          await owner.openHost(used),
          ({ phase }) => phase.name === 'certificates',
        );
        await owner.operate(`/${operation}/cancel`, {});
        const [row] = (await listDevices(owner)).devices;
        expect((await startAgain(row?.id ?? '', owner)).status).toBe(200);
        const keptOfRow = async () => {
          const store = await openPortalDatabase(own.configuration.database);
          try {
            return (await readDeviceFile(store.db, row?.id ?? ''))?.escrows.length;
          } finally {
            await store.close();
          }
        };
        const host = await owner.openHost(used);
        const erased = await owner.relay(host, ({ phase }) => phase.name === 'personalize');
        await own.close();
        expect(await keptOfRow()).toBe(1);

        const again = await startPortal(own.configuration);
        const returned = await Browser.login(again, 'alice');
        expect(await returned.relay(await returned.openHost(used))).toMatchObject({
          operation: erased.operation,
          deviceState: 'active',
        });
        await again.close();
        expect(await keptOfRow()).toBe(0);
      } finally {
        await own.remove();
      }
    },
  );

  drawnIt(
    'is not offered for a card that cannot be erased, if the policy forbids it, or for a complete device',
    async () => {
      const olgasPut = (reset: string) =>
        olga.send('PUT', '/api/operator/policy', {
          model: 'yubikey',
          policy: { ...portal.configuration.devicePolicies.yubikey?.policy, reset },
        });
      const id = await newFailedCard();
      await olgasPut('refuse');
      expect((await startAgain(id)).code).toBe('DEVICE_STATE');
      expect(await rowsOf(alice, card)).toMatchObject([{ state: 'failed', ownerActions: ['continue'] }]);
      await olgasPut('allow');

      const plain = new TestCard('piv', null, null);
      const { operation } = await alice.relay(
        await alice.openHost(plain),
        ({ phase }) => phase.name === 'certificates',
      );
      await alice.operate(`/${operation}/cancel`, {});
      const row = (await listDevices(alice)).devices.find(({ guid }) => guid === plain.guid);
      expect(row).toMatchObject({ state: 'failed', ownerActions: ['continue'] });
      expect((await startAgain(row?.id ?? '')).code).toBe('DEVICE_STATE');

      expect(await alice.relay(await alice.openHost(card))).toMatchObject({ deviceState: 'active' });
      expect((await startAgain(id)).code).toBe('DEVICE_STATE');
    },
  );
});
