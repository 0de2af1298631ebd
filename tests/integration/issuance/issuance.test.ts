// Alone proves: independent programs accept an issued card.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { PROVE_OWNER } from '@cardwright/protocol/mobile';
import type { InsertedCard, Stage } from '@cardwright/stage';
import { HostProcess } from '../../support/host-process.js';
import { expectIssued } from '../../support/card-judgement.js';
import { PortalClient } from '../../support/portal-client.js';
import { openOwnStage } from '../../support/own-stage.js';
import { portalOf } from '../../support/portal-options.js';
import { everyOrNamed } from '../../support/thorough.js';

const NEW_PIN = '739154';

/**
 * Maximum number of APDUs of an issuance with elliptic curves (9D of the plain card: RSA), from `device.open` to its end, with the live
 * proof. Each takes a card some milliseconds. docs/apdus.md lists them.
 */
const MOST_APDUS = { yubikey: 45, piv: 34 } as const;

/** `npm test` issues a YubiKey in Chromium, with RSA (`e2e/issuance/issuance`), and counts APDUs of each in `simulation/issuance`. */
describe.each(everyOrNamed(['RSA-2048', 'P-256'], 'P-256'))(
  'the issuance of a blank card with %s, from host and portal alone',
  (algorithm) => {
    let stage: Stage;
    let host: HostProcess;
    let portal: PortalClient;
    let card: InsertedCard;

    beforeAll(async () => {
      stage = await openOwnStage({ readers: 1, browser: false, portal: portalOf({ algorithm }) });
    });
    afterAll(() => stage.close());

    beforeEach(async () => {
      portal = await new PortalClient(stage.portal.url).login('alice');
      const cms = await portal.keys();
      host = await HostProcess.start({ env: stage.env, origin: stage.portal.url, cms, choosePin: () => NEW_PIN });
    });
    afterEach(async () => {
      await host.close();
      await card.pull();
    });

    /** Finds the device in a card's reader. The service may not have noticed yet that the reader of an earlier card is empty. */
    const deviceIn = async ({ reader }: InsertedCard): Promise<DeviceInfo> => {
      const { devices } = await host.call('device.list', {});
      const device = devices.find((one) => one.reader === reader.name);
      if (device === undefined) throw new Error('no device');
      return device;
    };

    it.each(everyOrNamed(['yubikey', 'piv'] as const, 'piv'))(
      'of a %s takes six calls and ends with an active device, by which its owner proves to be here',
      async (profile) => {
        card = await stage.insert({ profile });
        const device = await deviceIn(card);
        await expect(portal.eligibility([device])).resolves.toMatchObject([{ action: 'start' }]);
        portal.calls.splice(0);
        const looked = card.apdus.length;
        const answer = await portal.issue(host, device);
        const apdus = card.apdus.slice(looked);
        if (algorithm === 'P-256' && apdus.length > MOST_APDUS[profile])
          throw new Error(`${apdus.length} APDUs:\n${apdus.join('\n')}`);
        expect(answer).toMatchObject({ state: 'done', deviceState: 'active', error: null });
        expect(portal.calls).toHaveLength(6);
        const proved = await portal.operate(PROVE_OWNER, host, await deviceIn(card));
        expect(proved).toMatchObject({ state: 'done', deviceState: 'active', error: null });
        await host.close();
        await expectIssued(stage, card, NEW_PIN, algorithm === 'RSA-2048' ? 'RSA' : 'EC');
      },
    );
  },
);
