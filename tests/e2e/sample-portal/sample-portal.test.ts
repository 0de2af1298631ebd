import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findElement, inRepository, pressButton, TiedProcess, type Stage, patiently } from '@cardwright/stage';
import { freePort } from '@cardwright/stage';
import { openSharedStage } from '../../support/workplace/shared-computer.js';

const FOLDER = inRepository('docs', 'sample-portal');
const POLICIES = inRepository('portal', 'config', 'device-policies.json');
const LINES = 100;
const PIN = '739154';

describe('the sample portal of docs/integrate.md', () => {
  let server: TiedProcess;
  let stage: Stage;
  let address: string;

  beforeAll(async () => {
    server = await TiedProcess.start(process.execPath, [`${FOLDER}/server.mjs`, POLICIES], {
      env: { ...process.env, PORT: String(await freePort()) },
    });
    [, address = ''] = await server.line(/The sample portal is (http:\/\/localhost:\d+)/);
    stage = await openSharedStage();
  });
  afterAll(async () => {
    await stage.close();
    await server.stop();
  });

  it(`has ${LINES} lines at most, page and server together`, () => {
    const lines = readdirSync(FOLDER).map(
      (file) => readFileSync(`${FOLDER}/${file}`, 'utf8').trimEnd().split('\n').length,
    );
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(LINES);
  });

  it('issues a card', async () => {
    await stage.insert({ profile: 'yubikey' });
    const page = patiently(await stage.browser.browser.newPage());
    await page.goto(address);
    await (await findElement(page, '#add')).click();
    await pressButton(await stage.extensionWindow('consent'), '#allow');
    const secret = await stage.extensionWindow('secret');
    await secret.bringToFront();
    await secret.type('#newPin', PIN);
    await secret.type('#repeated', PIN);
    await pressButton(secret, '#next');
    await expect(findElement(page, 'li', 'YubiKey: active')).resolves.toBeDefined();
  });
});
