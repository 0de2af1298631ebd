// Alone proves: an issuance with a passkey leaves no PIN, PUK or key in page, message, trace, log or file of the real parts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { until, patiently, type PortalUser } from '@cardwright/stage';
import { filesBelow, leaks, secretsOf } from '../../support/card-secrets.js';
import { followTrace } from '../../support/inspector-port.js';
import { hostsEnd } from '../../support/native-hosts.js';
import { thoroughDescribe } from '../../support/thorough.js';
import { countDevices } from '../../support/workplace/device-count.js';
import { ENTRA_RP, PasskeyPlace } from './passkey-place.js';

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
  const folders = { dataFolder, userDataDir, onLine };
  place = await PasskeyPlace.open({ passkeys: { ways: ['host'] }, pinRules: { minLength: 8 }, ...folders });
  const { browser } = place.stage.browser;
  browser.process()?.stderr?.on('data', (chunk: Buffer) => browserLog.push(chunk.toString()));
});
afterAll(async () => {
  await place.close();
  for (const folder of [dataFolder, userDataDir]) rmSync(folder, { recursive: true, force: true });
});

thoroughDescribe('a security key with only FIDO', () => {
  it.each(['fido-key', 'fido-key-serial'] as const)(
    'is issued with a passkey, and has no other PIN: %s',
    async (profile) => {
      const card = await place.insert({ profile });
      const { alice, windows } = await place.alice();
      const before = await countDevices(alice);
      await alice.addDevice();
      await alice.wizard.pane('passkey-choose-fido-pin');
      await windows.choosePin(FIDO_PIN);
      await alice.wizard.closes();
      expect((await alice.devices(before + 1)).map(({ state }) => state)).toContain('Active');
      expect(place.registered()).toHaveLength(before + 1);

      await hostsEnd(place.stage);
      const client = place.clientOf(card);
      const [held] = await client.credentials(FIDO_PIN);
      const order = { rpId: ENTRA_RP, credentialId: held?.credentialId ?? '', pin: FIDO_PIN };
      expect(await client.assert(order)).toMatchObject({ verified: true, userVerified: true });
      await card.pull();
      await alice.page.close();
    },
  );
});

/** Last, because it ends the browser and the portal. */
describe('an issuance with a passkey', () => {
  it('leaves no PIN, PUK or key in the page, a message, a request, a trace, a log or a file', async () => {
    const { stateFile } = await place.insert({ profile: 'yubikey-5.8' });
    const options = patiently(await place.stage.browser.browser.newPage());
    await options.goto(`chrome-extension://${CHROMIUM_EXTENSION_ID}/pages/options.html`);
    const readTrace = await followTrace(options, { apdus: true });
    const { alice, windows } = await place.alice();
    await recordMessages(alice);
    const http: string[] = [];
    alice.page.on('request', (request) => void request.fetchPostData().then((body = '') => http.push(body), String));
    alice.page.on('response', (response) => void response.text().then((body) => http.push(body), String));
    await alice.addDevice();
    await windows.choosePin(FIDO_PIN);
    await alice.window('secret');
    const initial = secretsOf(stateFile);
    await alice.choosePin(DEVICE_PIN);
    await alice.wizard.closes();
    const trace = await readTrace();
    const page = await alice.page.evaluate(() => `${document.documentElement.outerHTML}${JSON.stringify(messages)}`);
    await place.stage.browser.close();
    await place.stage.portal.stop();
    // The browser's last processes are still finishing.
    await until(() => place.stage.processes('chromium').length === 0, { what: 'the end of the browser' });
    const { pin, puk, managementKey } = secretsOf(stateFile);
    expect(pin).toBe(DEVICE_PIN);
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
    for (const word of ['user.enterSecrets', 'fido.setPin', 'fido.createCredential', 'CHANGE REFERENCE DATA'])
      expect(trace).toContain(word);
    const secrets = [FIDO_PIN, pin, initial.pin, puk].map((secret) => Buffer.from(secret));
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
