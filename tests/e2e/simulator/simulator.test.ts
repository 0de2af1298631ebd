import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PortalUser, patiently } from '@cardwright/stage';
import { obey, openControlPage, readOrder, Simulator, type ControlPage } from '@cardwright/simulator';
import { ALICE, portalOf } from '../../support/portal-options.js';
import { thoroughDescribe } from '../../support/thorough.js';

describe('the simulator, at the reference portal', () => {
  let simulator: Simulator;
  let control: ControlPage;

  beforeAll(async () => {
    simulator = await Simulator.open({ portal: portalOf({ algorithm: 'P-256' }) });
    control = await openControlPage(simulator);
  });
  afterAll(async () => {
    await control.close();
    await expect(simulator.close()).resolves.toEqual([]);
  });

  const say = (order: string): Promise<string> => obey(simulator, readOrder(order));

  thoroughDescribe('to its author', () => {
    let alice: PortalUser;

    beforeAll(async () => {
      alice = await PortalUser.login(simulator.stage, ALICE);
      await alice.addDevice();
      await alice.allowSite();
      await alice.wizard.paneBehind('connect');
      await alice.click('#cancel');
      await alice.wizard.closes();
    });
    afterEach(async () => {
      await alice.reload();
      await say('restore');
    });

    it.each([
      ['fail no-host', 'HOST_MISSING'],
      ['fail no-pcscd', 'PCSC_UNAVAILABLE'],
      ['error INTERNAL device.list', 'INTERNAL'],
    ])('shows what a portal shows after: %s', async (order, code) => {
      await say(order);
      await alice.addDevice();
      await expect(alice.wizard.failure()).resolves.toMatchObject({ code });
    });

    it('pulls the card at the named step', async () => {
      await say('pull-at-step 3');
      await say('insert yubikey');
      await alice.addDevice();
      await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CARD_REMOVED' });
    });

    it('answers in place of the portal', async () => {
      await say('insert yubikey');
      await say('fail ca-refuses');
      await say('insert yubikey');
      await alice.addDevice();
      await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CA_REFUSED' });
    });
  });

  describe("the simulator's page", () => {
    it('stages a failure with a click', async () => {
      const page = patiently(await simulator.stage.browser.browser.newPage());
      await page.goto(control.url);
      await page.waitForSelector('[data-order="fail mute-card"]');
      await page.click('[data-order="fail mute-card"]');
      await page.waitForSelector('[data-order="fail mute-card"][aria-pressed="true"]');
      expect(simulator.standing).toEqual({ card: 'yubikey', failure: 'mute-card' });
      await page.close();
    });

    it('takes no order from another site, nor under another name', async () => {
      const { origin, search } = new URL(control.url);
      const order = (address: string, headers = {}) => fetch(address, { method: 'POST', body: 'pull', headers });
      await expect(order(`${origin}/order`)).resolves.toMatchObject({ status: 403 });
      await expect(order(`${origin}/order?token=guess`)).resolves.toMatchObject({ status: 403 });
      const rebound = await sendAs('rebound.example', new URL(`/order${search}`, origin));
      expect(rebound).toBe(403);
      await expect(order(`${origin}/order${search}`)).resolves.toMatchObject({ status: 200 });
    });
  });
});

/** Returns the status for an order under another host name, as after DNS rebinding. */
async function sendAs(host: string, { hostname, port, pathname, search }: URL): Promise<number | undefined> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, path: `${pathname}${search}`, method: 'POST', headers: { host } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    );
    sent.on('error', reject);
    sent.end('pull');
  });
}
