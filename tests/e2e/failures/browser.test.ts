import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ExtensionStage } from '../../support/extension-stage.js';
import { everyOrSome } from '../../support/thorough.js';
import { DEAD_RELYING_PARTY, browserStagings } from './browser-stagings.js';

let stage: ExtensionStage;

beforeAll(async () => {
  // A policy that Chromium was started with could not be removed again.
  stage = await ExtensionStage.open({
    installed: false,
    localHosts: [DEAD_RELYING_PARTY],
    permitted: { host_permissions: [`https://${DEAD_RELYING_PARTY.host}/*`] },
  });
  await stage.chromium.installExtension(stage.extension);
});

beforeEach(async () => {
  await stage.startOver();
});

afterAll(async () => {
  await stage.close();
});

/** The others are tested in `e2e/extension` too. */
const NOWHERE_ELSE = new Set(['POLICY_CHANGED', 'INSECURE_CONTEXT', 'HOST_START_FAILED', 'PASSKEY_NOT_COMPLETED']);
const stagings = everyOrSome(Object.entries(browserStagings), ([name]) => NOWHERE_ELSE.has(name));

describe.each(stagings)('%s', (name, { when, act, details }) => {
  it(`arrives at the page when ${when}`, async () => {
    await expect(act(stage)).resolves.toMatchObject({ name, ...(details && { details }) });
  });
});
