import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { PortalUser, openStage, until, type Stage, patiently } from '@cardwright/stage';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { followTrace } from '../../support/inspector-port.js';
import { filesBelow, leaks, secretsOf } from '../../support/card-secrets.js';
import { ALICE, portalOf } from '../../support/portal-options.js';

/** Eight digits, so that they are not found by chance in the searched texts. */
const NEW_PIN = '73915482';

describe('the secrets of an issuance in Chromium', () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'cardwright-leaks-'));
  const userDataDir = mkdtempSync(join(tmpdir(), 'cardwright-profile-'));
  const portalLog: string[] = [];
  const browserLog: string[] = [];
  let stage: Stage;

  beforeAll(async () => {
    const options = portalOf({ algorithm: 'P-256', pinRules: { minLength: 8 } });
    const portal = { ...options, dataFolder, onLine: (line: string) => void portalLog.push(line) };
    stage = await openStage({ readers: 1, portal, browser: { userDataDir } });
    stage.browser.browser.process()?.stderr?.on('data', (chunk: Buffer) => browserLog.push(chunk.toString()));
  });
  afterAll(async () => {
    await stage.close();
    for (const folder of [dataFolder, userDataDir]) rmSync(folder, { recursive: true, force: true });
  });

  it('are neither in the page, nor in a message, nor in a log, nor on the disk', async () => {
    const { stateFile } = await stage.insert({ profile: 'yubikey' });
    const readTrace = await followTrace(await optionsPage(stage), { apdus: true });
    const alice = await PortalUser.login(stage, ALICE);
    await recordMessages(alice);
    const http: string[] = [];
    alice.page.on('request', (request) => void request.fetchPostData().then((body = '') => http.push(body), String));
    alice.page.on('response', (response) => void response.text().then((body) => http.push(body), String));

    await alice.addDevice();
    await alice.allowSite();
    await alice.window('secret');
    const initial = secretsOf(stateFile);
    await alice.choosePin(NEW_PIN);
    await alice.wizard.closes();
    await alice.devices(1);

    const trace = await readTrace();
    const page = await alice.page.evaluate(() => `${document.documentElement.outerHTML}${JSON.stringify(messages)}`);
    await stage.browser.close();
    await stage.portal.stop();
    // The browser's last processes are still finishing.
    await until(() => stage.processes('chromium').length === 0, { what: 'the end of the browser' });
    const { pin, puk, managementKey } = secretsOf(stateFile);
    expect(pin).toBe(NEW_PIN);
    expect(initial.pin).toMatch(/^\d{8}$/);
    const haystacks = new Map<string, Buffer | string>([
      ['page and its messages', page],
      ['http', http.join('\n')],
      ["the extension's trace", trace],
      ['portal log', portalLog.join('\n')],
      ['browser and host log', browserLog.join('')],
      ...filesBelow(dataFolder),
      ...filesBelow(userDataDir),
    ]);
    expect(page).toContain('step.run');
    expect(http.join('\n')).toContain('outcomes');
    for (const word of ['user.enterSecrets', 'credentials.apply', 'CHANGE REFERENCE DATA'])
      expect(trace).toContain(word);
    const secrets = [pin, initial.pin, puk].map((secret) => Buffer.from(secret));
    expect(leaks(haystacks, [...secrets, Buffer.from(managementKey, 'hex')])).toEqual([]);
  });
});

declare const messages: unknown[];

/** Records every message that goes through a port of the page, in either direction. */
async function recordMessages({ page }: PortalUser): Promise<void> {
  await page.evaluate(() => {
    const kept: unknown[] = [];
    Object.assign(globalThis, { messages: kept });
    const post = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'postMessage');
    MessagePort.prototype.postMessage = function (this: MessagePort, message: unknown, ...rest: unknown[]) {
      kept.push(message);
      this.addEventListener('message', ({ data }) => kept.push(data));
      Reflect.apply(post?.value as () => void, this, [message, ...rest]);
    };
  });
}

/** Opens a page of the extension, which may hold the port of an inspector. */
async function optionsPage({ browser }: Stage): Promise<Page> {
  const page = patiently(await browser.browser.newPage());
  await page.goto(`chrome-extension://${CHROMIUM_EXTENSION_ID}/pages/options.html`);
  return page;
}
