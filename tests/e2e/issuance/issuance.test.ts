import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PortalUser, type Stage } from '@cardwright/stage';
import { expectIssued } from '../../support/card-judgement.js';
import { ALICE } from '../../support/portal-options.js';
import { everyOrNamed } from '../../support/thorough.js';
import { countDevices } from '../../support/workplace/device-count.js';
import { openSharedStage } from '../../support/workplace/shared-computer.js';

const NEW_PIN = '739154';

/** `npm test` issues cards with P-256 in tests/integration/issuance and in all of tests/e2e/branches. */
describe.each(everyOrNamed(['RSA-2048', 'P-256'], 'RSA-2048'))('Add Device with %s', (algorithm) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openSharedStage({ algorithm });
  });
  afterAll(() => stage.close());

  it.each(everyOrNamed(['yubikey', 'piv'], 'yubikey'))(
    'issues a blank %s, which then works without us',
    async (profile) => {
      const card = await stage.insert({ profile });
      const alice = await PortalUser.login(stage, ALICE);
      const before = await countDevices(alice);
      const calls: string[] = [];
      alice.page.on('request', (request) => {
        if (request.url().includes('/api/operations')) calls.push(request.method());
      });

      await alice.addDevice();
      if (before === 0) await alice.allowSite();
      await alice.wizard.pane('progress');
      await alice.choosePin(NEW_PIN);
      await alice.wizard.closes();

      const rows = await alice.devices(before + 1);
      const row = rows.find(({ name }) => name.startsWith(profile === 'piv' ? 'PIV' : 'YubiKey'));
      expect(row).toMatchObject({ state: 'Active' });
      expect(row?.text.match(/\d Valid\b/g)).toHaveLength(4);
      expect(row?.text).toContain(
        profile === 'piv' ? 'Management key that of this model' : 'Keys created on the device proved',
      );
      expect(calls).toEqual(Array.from({ length: 6 }, () => 'POST'));
      await expectIssued(stage, card, NEW_PIN, algorithm === 'RSA-2048' ? 'RSA' : 'EC');
      await card.pull();
      await alice.page.close();
    },
  );
});
