import { describe, expect, it } from '@jest/globals';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { until } from '@cardwright/stage';
import { ManagedChromium } from '../../support/managed/managed-chromium.js';
import type { ManagedComputer } from '../../support/managed/managed-computer.js';
import { ManagedFirefox } from '../../support/managed/managed-firefox.js';
import { ManagedUser } from '../../support/managed/managed-user.js';

const NEXT = '0.2.0';
const AFTER_NEXT = '0.3.0';
const PIN = '739154';
/** Milliseconds, longer than an update waits without a session. */
const A_WHILE = 8_000;

describe.each<[string, () => Promise<ManagedComputer>]>([
  ['Chromium', () => ManagedChromium.open()],
  ['Firefox', () => ManagedFirefox.open()],
])('%s, set up by the template', (_, open) => {
  const user = new ManagedUser(open);

  it('updates the extension once the administrator has put a newer one on the server', async () => {
    const { computer } = user;
    expect(await computer.updates.installedVersion()).toBe(PRODUCT_VERSION);
    await computer.publish(NEXT);
    await computer.updates.lookForUpdates();
    await until(async () => (await computer.updates.installedVersion()) === NEXT, { what: 'the newer extension' });
  });

  it('updates it only after the open session; then the page is reloaded once, and the operation continues', async () => {
    const { computer } = user;
    const before = await computer.updates.installedVersion();
    const alice = await user.addsDevice();
    await alice.window('secret');
    await computer.publish(AFTER_NEXT);
    await computer.findUpdate();
    await new Promise((resolve) => setTimeout(resolve, A_WHILE));
    expect(await computer.updates.installedVersion()).toBe(before);

    await alice.refusePin();
    await alice.wizard.pane('pending');
    await alice.click('#cancel');
    await alice.wizard.closes();
    await until(async () => (await computer.updates.installedVersion()) === AFTER_NEXT, {
      what: 'the update after the session',
    });

    await alice.addDevice();
    if (computer.needsReload) {
      expect(await alice.wizard.failure()).toMatchObject({ code: 'EXTENSION_UPDATED', remedy: 'Reload the page.' });
      await alice.wizard.retry();
    }
    await alice.choosePin(PIN);
    await alice.wizard.closes();
    // The page already shows the device, as one whose PIN is missing.
    const isActive = async (): Promise<boolean> => (await alice.devices(1))[0]?.state === 'Active';
    await until(isActive, { what: 'an active device' });
  });
});
