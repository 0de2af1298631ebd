import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TEMPLATES } from '@cardwright/installers';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { EXTENSION_DIR, launchBrowser, type StageBrowser, type StagePolicy } from '@cardwright/stage';
import { addPolicies } from '../../../native-host/src/policies/policies.js';
import { CHROMIUM, Computer, TEMPLATE } from '../../unit/native-host/policies/computer.js';
import { type ShownPolicy, shownPolicies } from './policy-page.js';

/** Reads a template for Linux unchanged. */
function templateOf(name: string): StagePolicy {
  const content = JSON.parse(readFileSync(path.join(TEMPLATES, name), 'utf8')) as Record<string, unknown>;
  const { '3rdparty': settings, ...browser } = content;
  const { extensions } = settings as { extensions: Record<string, Record<string, unknown>> };
  return { browser, extension: extensions[CHROMIUM_EXTENSION_ID] ?? {} };
}

const accepted = (policies: Readonly<Record<string, unknown>>): ShownPolicy[] =>
  Object.entries(policies).map(([name, value]) => ({ name, value, messages: 'OK' }));

let stage: StageBrowser | undefined;
let userDataDir: string;
beforeEach(() => {
  userDataDir = mkdtempSync(path.join(tmpdir(), 'cardwright-policies-'));
});
afterEach(async () => {
  await stage?.close();
  stage = undefined;
  rmSync(userDataDir, { recursive: true, maxRetries: 20, retryDelay: 100 });
});

const byName = (a: ShownPolicy, b: ShownPolicy): number => (a.name < b.name ? -1 : 1);

describe('a template in Chromium', () => {
  it.each(['linux/chrome.json', 'linux/chrome-strict.json', 'linux/edge.json', 'linux/edge-strict.json'])(
    'has no policy that is unknown to Chromium: %s',
    async (name) => {
      const { browser = {} } = templateOf(name);
      stage = await launchBrowser({
        extensionDir: null,
        userDataDir,
        policy: { browser: { ...browser, NoSuchPolicy: 1 } },
      });
      const shown = await shownPolicies(stage.browser);
      const unknown = { name: 'NoSuchPolicy', value: 1, messages: 'Error' };
      expect(shown.sort(byName)).toEqual([...accepted(browser), unknown].sort(byName));
    },
  );

  it.each(['linux/chrome.json', 'all-settings.json'])('reaches the extension whole: %s', async (name) => {
    const { extension = {} } = templateOf(name);
    // Returns when the extension has the whole policy. Chromium leaves out anything that its schema does not allow.
    stage = await launchBrowser({ extensionDir: EXTENSION_DIR, userDataDir, policy: { extension } });
    expect((await stage.browser.extensions()).size).toBe(1);
  });

  it("stands beside the administrator's own policies, where `policy add` put it", async () => {
    const computer = new Computer();
    try {
      computer.put(`${CHROMIUM}/10-site.json`, {
        NativeMessagingAllowlist: ['org.other'],
        SearchSuggestEnabled: false,
      });
      addPolicies(computer.system, TEMPLATE, ['Chromium']);
      cpSync(computer.at(CHROMIUM), path.join(userDataDir, 'computer', CHROMIUM), { recursive: true });
    } finally {
      computer.remove();
    }
    stage = await launchBrowser({ extensionDir: null, userDataDir });
    expect((await shownPolicies(stage.browser)).sort(byName)).toEqual(
      accepted({
        ExtensionSettings: TEMPLATE.ExtensionSettings,
        NativeMessagingAllowlist: ['org.other', 'org.cardwright.host'],
        SearchSuggestEnabled: false,
      }),
    );
  });
});
