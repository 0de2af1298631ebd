import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { until } from '@cardwright/stage';
import { ManagedChromium } from '../../support/managed/managed-chromium.js';
import type { ManagedComputer } from '../../support/managed/managed-computer.js';
import { ManagedFirefox } from '../../support/managed/managed-firefox.js';

const NEXT = '0.2.0';

describe.each<[string, () => Promise<ManagedComputer>]>([
  ['Chromium', () => ManagedChromium.open()],
  ['Firefox', () => ManagedFirefox.open()],
])('%s, set up by the template', (_, open) => {
  let computer: ManagedComputer;
  beforeAll(async () => {
    computer = await open();
  });
  afterAll(async () => {
    expect(await computer.close()).toEqual([]);
  });

  it('updates the extension once the administrator has put a newer one on the server', async () => {
    expect(await computer.installedVersion()).toBe(PRODUCT_VERSION);
    await computer.publish(NEXT);
    await computer.lookForUpdates();
    await until(async () => (await computer.installedVersion()) === NEXT, { what: 'the newer extension' });
  });
});
