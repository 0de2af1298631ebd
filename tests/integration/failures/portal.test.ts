import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { everyOrOneIn } from '../../support/thorough.js';
import { PortalScene } from './portal-scene.js';
import { portalStagings } from './portal-stagings.js';
import { expectOnlyPrinted } from '../../support/printed-lines.js';

expectOnlyPrinted(
  /^passkey service entra: \S+ (answered (403|500)|got no answer)/,
  /^Directory away cannot be used\. /,
  /^Nobody can sign in by the directory away\. /,
  /^Request answered\. .* status=503 /,
);

const folder = mkdtempSync(join(tmpdir(), 'cardwright-failures-'));
let scene: PortalScene;

beforeAll(async () => {
  scene = await PortalScene.open(folder);
});
afterEach(() => {
  scene.authority = 'answer';
  scene.graph.recover();
  scene.mobile.recover();
});
afterAll(async () => {
  await scene.close();
  rmSync(folder, { recursive: true });
});

describe.each(everyOrOneIn(4, Object.entries(portalStagings)))('%s', (code, { when, act, data }) => {
  it(`arrives at the sdk when ${when}`, async () => {
    const arrived: unknown = await act(scene).catch((error: unknown) => error);
    expect(arrived).toBeInstanceOf(CardwrightError);
    expect(arrived).toMatchObject({ code, ...(data && { data }) });
  });
});
