import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { until, patiently } from '@cardwright/stage';
import { filesBelow, leaks } from '../../support/card-secrets.js';
import { followTrace } from '../../support/inspector-port.js';
import { PasskeyPlace } from './passkey-place.js';

/** Long enough not to be found by chance in the searched texts. */
const FIDO_PIN = 'correct-horse-battery-7';
const DEVICE_PIN = '73915482';

const dataFolder = mkdtempSync(join(tmpdir(), 'cardwright-leaks-'));
const userDataDir = mkdtempSync(join(tmpdir(), 'cardwright-profile-'));
const portalLog: string[] = [];
const browserLog: string[] = [];
let place: PasskeyPlace;

beforeAll(async () => {
  const onLine = (line: string): void => void portalLog.push(line);
  place = await PasskeyPlace.open({ passkeys: { ways: ['host'] }, dataFolder, userDataDir, onLine });
  const { browser } = place.stage.browser;
  browser.process()?.stderr?.on('data', (chunk: Buffer) => browserLog.push(chunk.toString()));
});
afterAll(async () => {
  await place.close();
  for (const folder of [dataFolder, userDataDir]) rmSync(folder, { recursive: true, force: true });
});

it('leaves the FIDO PIN in no page, request, trace, log or file', async () => {
  await place.insert({ profile: 'yubikey-5.8' });
  const options = patiently(await place.stage.browser.browser.newPage());
  await options.goto(`chrome-extension://${CHROMIUM_EXTENSION_ID}/pages/options.html`);
  const readTrace = await followTrace(options, { apdus: true });
  const { alice, windows } = await place.alice();
  const http: string[] = [];
  alice.page.on('request', (request) => void request.fetchPostData().then((body = '') => http.push(body), String));
  alice.page.on('response', (response) => void response.text().then((body) => http.push(body), String));
  await alice.addDevice();
  await windows.choosePin(FIDO_PIN);
  await alice.choosePin(DEVICE_PIN);
  await alice.wizard.closes();
  const trace = await readTrace();
  const page = await alice.page.evaluate(() => document.documentElement.outerHTML);
  await place.stage.browser.close();
  await place.stage.portal.stop();
  // The browser's last processes are still finishing.
  await until(() => place.stage.processes('chromium').length === 0, { what: 'the end of the browser' });
  const haystacks = new Map<string, Buffer | string>([
    ['page', page],
    ['http', http.join('\n')],
    ["the extension's trace", trace],
    ['portal log', portalLog.join('\n')],
    ['browser and host log', browserLog.join('')],
    ...filesBelow(dataFolder),
    ...filesBelow(userDataDir),
  ]);
  for (const word of ['user.enterSecrets', 'fido.setPin', 'fido.createCredential']) expect(trace).toContain(word);
  expect(leaks(haystacks, [Buffer.from(FIDO_PIN)])).toEqual([]);
});
