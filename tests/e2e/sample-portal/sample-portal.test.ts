import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findElement, inRepository, pressButton, TiedProcess, type Stage, patiently } from '@cardwright/stage';
import { freePort } from '@cardwright/stage';
import { openSharedStage } from '../../support/workplace/shared-computer.js';

const FOLDER = inRepository('docs', 'sample-portal');
const LINES = 110;
const PIN = '739154';
const OTHER_PIN = '862713';

describe('the sample portal of docs/integrate.md', () => {
  let server: TiedProcess;
  let stage: Stage;
  let address: string;

  beforeAll(async () => {
    server = await TiedProcess.start(process.execPath, [`${FOLDER}/server.mjs`], {
      env: { ...process.env, PORT: String(await freePort()) },
    });
    [, address = ''] = await server.line(/The sample portal is (http:\/\/localhost:\d+)/);
    stage = await openSharedStage();
  });
  afterAll(async () => {
    await stage.close();
    await server.stop();
  });

  it(`has at most ${LINES} lines, page and server together`, () => {
    const files = readdirSync(FOLDER).filter((file) => file !== 'package.json');
    const lines = files.map((file) => readFileSync(`${FOLDER}/${file}`, 'utf8').trimEnd().split('\n').length);
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(LINES);
  });

  it('says in a sentence that its port is in use, and fails', () => {
    const { port } = new URL(address);
    const second = spawnSync(process.execPath, [`${FOLDER}/server.mjs`], { env: { ...process.env, PORT: port } });
    expect(second.stderr.toString()).toBe(`${address} is in use. Choose another port: PORT=8081\n`);
    expect(second.status).toBe(1);
  });

  /** Types PINs in the extension's window, by their fields. */
  async function enter(entries: Readonly<Record<string, string>>): Promise<void> {
    const secret = await stage.extensionWindow('secret');
    await secret.bringToFront();
    for (const [field, pin] of Object.entries(entries)) {
      await secret.waitForSelector(field);
      await secret.type(field, pin);
    }
    const closed = new Promise((resolve) => secret.once('close', resolve));
    await pressButton(secret, '#next');
    await closed;
  }

  const more = globalThis.runsEverything ? ', changes its PIN, and gives it a new one with the PUK' : '';

  it(`issues a card${more}, by naming an element for each`, async () => {
    await stage.insert({ profile: 'yubikey' });
    const page = patiently(await stage.browser.browser.newPage());
    await page.goto(address);
    const opens = async (wizard: string): Promise<void> => {
      // The page's script comes after its buttons, which do nothing until then.
      await findElement(page, `cardwright-${wizard}:defined`);
      await (await findElement(page, `[data-opens=cardwright-${wizard}]`)).click();
    };
    await opens('add-device');
    await pressButton(await stage.extensionWindow('consent'), '#allow');
    await enter({ '#newPin': PIN, '#repeated': PIN });
    await expect(findElement(page, 'li', 'YubiKey: active')).resolves.toBeDefined();
    if (!globalThis.runsEverything) return;
    await opens('change-pin');
    await enter({ '#pin': PIN, '#newPin': OTHER_PIN, '#repeated': OTHER_PIN });
    const done = await findElement(page, 'cardwright-dialog[data-pane=ready] #done');
    await Promise.all([page.waitForNavigation(), done.click()]);
    await opens('unlock');
    await enter({ '#newPin': PIN, '#repeated': PIN });
    await expect(findElement(page, 'cardwright-dialog[data-pane=ready]')).resolves.toBeDefined();
  });
});
