import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ExtensionStage } from '../../support/extension-stage.js';
import { browserStagings } from './browser-stagings.js';

let stage: ExtensionStage;

beforeAll(async () => {
  stage = await ExtensionStage.open();
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
