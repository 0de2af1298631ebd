import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { backgroundOf, launchBrowser, type StageBrowser } from '@cardwright/stage';
import { CHROMIUM_EXTENSION_ID, CHROMIUM_EXTENSION_KEY } from '@cardwright/protocol/identity';

let folder: string;
let stage: StageBrowser | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-browser-test-'));
});

afterEach(async () => {
  await stage?.close();
  stage = undefined;
  rmSync(folder, { recursive: true });
});

describe('the browser of the stage', () => {
  it('lets the extension, under its fixed id, start the native host, which sees the stage readers', async () => {
    const env = { ...process.env, PCSCLITE_CSOCK_NAME: '/private/readers' };
    stage = await launchBrowser({ extensionDir: makeExtension(), hostProgram: makeHost(), env });
    const background = await backgroundOf(stage.browser);
    expect(new URL(background.url()).host).toBe(CHROMIUM_EXTENSION_ID);
    const answer = await background.evaluate(`chrome.runtime.sendNativeMessage('org.cardwright.host', {})`);
    expect(answer).toEqual({ socket: '/private/readers' });
  });

  it('finds the windows that the extension opens', async () => {
    stage = await launchBrowser({ extensionDir: makeExtension(), hostProgram: makeHost() });
    const background = await backgroundOf(stage.browser);
    await background.evaluate(
      `chrome.windows.create({ type: 'popup', url: 'pages/consent.html' }).then(() => undefined)`,
    );
    const window = await stage.waitForExtensionWindow('consent');
    expect(await window.title()).toBe('May this site reach your card?');
  });
});

function makeExtension(): string {
  const manifest = {
    manifest_version: 3,
    name: 'Stage test',
    version: '1',
    key: CHROMIUM_EXTENSION_KEY,
    permissions: ['nativeMessaging'],
    background: { service_worker: 'background.js' },
  };
  mkdirSync(path.join(folder, 'pages'));
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(path.join(folder, 'background.js'), '// Awake.');
  writeFileSync(path.join(folder, 'pages', 'consent.html'), '<title>May this site reach your card?</title>');
  return folder;
}

/** A host that answers with the socket of the PC/SC daemon that it would use. */
function makeHost(): string {
  const program = path.join(folder, 'host.mjs');
  writeFileSync(
    program,
    `const body = Buffer.from(JSON.stringify({ socket: process.env.PCSCLITE_CSOCK_NAME }));
     const length = Buffer.alloc(4);
     length.writeUInt32LE(body.length);
     process.stdin.once('data', () => process.stdout.write(Buffer.concat([length, body])));`,
  );
  return program;
}
