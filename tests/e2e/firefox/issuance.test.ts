import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PortalUser, openStage, type Stage } from '@cardwright/stage';
import { expectIssued } from '../../support/card-judgement.js';
import { ALICE, portalOf } from '../../support/portal-options.js';

const NEW_PIN = '739154';

describe('Add Device in Firefox', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({ readers: 1, portal: portalOf({ algorithm: 'P-256' }), browser: { kind: 'firefox' } });
  });
  afterAll(async () => expect(await stage.close()).toEqual([]));

  it('issues a blank YubiKey, which then works without us', async () => {
    const card = await stage.insert({ profile: 'yubikey' });
    const alice = await PortalUser.login(stage, ALICE);

    await alice.addDevice();
    await alice.allowSite();
    await alice.pane('issue-issue');
    await alice.choosePin(NEW_PIN);
    await alice.wizardCloses();

    const [row] = await alice.devices(1);
    expect(row).toMatchObject({ state: 'Active' });
    expect(row?.text).toContain('Keys created on device\nverified');
    await expectIssued(stage, card, NEW_PIN, 'EC');
  });
});
