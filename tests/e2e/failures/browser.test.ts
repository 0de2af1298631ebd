import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EXTENSION, ExtensionStage } from '../../support/extension-stage.js';
import { browserStagings } from './browser-stagings.js';

let stage: ExtensionStage;

beforeAll(async () => {
  // One that Chromium was started with could not be taken away again.
  stage = await ExtensionStage.open({ installed: false });
  await stage.chromium.installExtension(EXTENSION);
});

beforeEach(async () => {
  await stage.startOver();
});

afterAll(async () => {
  await stage.close();
});

describe.each(Object.entries(browserStagings))('%s', (name, { when, act, details }) => {
  it(`arrives at the page when ${when}`, async () => {
    await expect(act(stage)).resolves.toMatchObject({ name, ...(details && { details }) });
  });
});
