import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPortal, type InsertedCard, type PortalProcess, type Stage } from '@cardwright/stage';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { expectIssued } from '../../support/card-judgement.js';
import { memoryOf, secretsOf } from '../../support/card-secrets.js';
import { HostProcess } from '../../support/host-process.js';
import { PortalClient } from '../../support/portal-client.js';
import { openOwnStage } from '../../support/own-stage.js';
import { ACCOUNTS, portalOf } from '../../support/portal-options.js';
import { openDatabase } from '../../support/postgres.js';

const NEW_PIN = '739154';

describe('a card that another portal issued', () => {
  let stage: Stage;
  let elsewhere: PortalProcess;
  let card: InsertedCard;

  beforeAll(async () => {
    const portal = portalOf({ algorithm: 'P-256' });
    stage = await openOwnStage({ readers: 1, browser: false, portal });
    const { url } = await openDatabase({ accounts: ACCOUNTS });
    elsewhere = await startPortal({ ...portal, env: { ...portal.env, DATABASE_URL: url } });
    card = await stage.insert({ profile: 'yubikey' });
    await expect(during(elsewhere.url, true, issue)).resolves.toMatchObject({ deviceState: 'active' });
  });
  afterAll(async () => {
    await elsewhere.stop();
    await stage.close();
  });

  type Work<T> = (portal: PortalClient, host: HostProcess, device: DeviceInfo) => Promise<T>;

  /** One page session at a portal, whose user confirms or does not. */
  async function during<T>(url: string, confirms: boolean, work: Work<T>): Promise<T> {
    const portal = await new PortalClient(url).login('alice');
    const cms = await portal.keys();
    const host = await HostProcess.start({ env: stage.env, origin: url, cms, choosePin: () => NEW_PIN, confirms });
    try {
      const { devices } = await host.call('device.list', {});
      const [device] = devices;
      if (device === undefined) throw new Error('no device');
      return await work(portal, host, device);
    } finally {
      await host.close();
    }
  }

  const issue: Work<unknown> = (portal, host, device) => portal.issue(host, device);

  it('may be erased, and the user is told what will be lost', async () => {
    const verdicts = await during(stage.portal.url, false, (portal, _host, device) => portal.eligibility([device]));
    expect(verdicts).toMatchObject([{ action: 'erase', reason: expect.stringContaining('in 4 slots') }]);
  });

  it('stays as it was when its user does not confirm', async () => {
    const before = memoryOf(card.stateFile);
    await expect(during(stage.portal.url, false, issue)).resolves.toMatchObject({
      state: 'cancelled',
      deviceState: null,
      error: { data: { name: 'USER_CANCELLED' } },
    });
    expect(memoryOf(card.stateFile)).toEqual(before);
  });

  it('is erased and issued again when its user confirms, with nothing left from before', async () => {
    const before = { secrets: secretsOf(card.stateFile), keys: memoryOf(card.stateFile).keys };
    await expect(during(stage.portal.url, true, issue)).resolves.toMatchObject({
      state: 'done',
      deviceState: 'active',
      error: null,
    });
    await expectIssued(stage, card, NEW_PIN, 'EC');
    const after = secretsOf(card.stateFile);
    expect(after.puk).not.toBe(before.secrets.puk);
    expect(after.managementKey).not.toBe(before.secrets.managementKey);
    for (const [slot, { privateKey }] of Object.entries(memoryOf(card.stateFile).keys))
      if (slot !== '0xF9') expect(privateKey).not.toBe(before.keys[slot]?.privateKey);
  });
});
