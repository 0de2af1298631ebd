// Alone proves: the inspector works inside DevTools.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  EXTENSION_DIR,
  inRepository,
  launchBrowser,
  PortalUser,
  type Stage,
  type StageBrowser,
} from '@cardwright/stage';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { leaks, secretsOf } from '../../support/card-secrets.js';
import { InspectorPage } from '../../support/inspector-page.js';
import { openPlayedInspector } from '../../support/played-inspector.js';
import { ALICE } from '../../support/portal-options.js';
import { issuance, tracedSessionOf, TRACE_START } from '../../support/trace-writer.js';
import { thoroughIt } from '../../support/thorough.js';
import { openSharedStage } from '../../support/workplace/shared-computer.js';
import { fill, waitFor } from '../../support/wait-for.js';

const SCREENSHOTS = inRepository('tests', 'screenshots', 'extension');
/** Eight digits, so that they are not found by chance in the searched texts. */
const NEW_PIN = '73915482';

mkdirSync(SCREENSHOTS, { recursive: true });
const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-inspector-'));
const exported = path.join(folder, 'exported');
mkdirSync(exported);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function judge({ page }: InspectorPage, name: string): Promise<void> {
  const { width = 0 } = page.viewport() ?? {};
  await page.setViewport({ width, height: 900 });
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.screenshot({ path: path.join(SCREENSHOTS, `inspector-${name}-${scheme}.png`) });
  }
}

describe('the inspector beside a portal', () => {
  let stage: Stage;
  let inspector: InspectorPage;
  const secrets: Buffer[] = [];
  let file = '';

  beforeAll(async () => {
    stage = await openSharedStage({ algorithm: 'P-256', pinRules: { minLength: 8 } });
    inspector = await InspectorPage.open(stage.browser.browser);
    await inspector.page.waitForSelector('#apdus:enabled');
    await inspector.page.click('#apdus');
  });
  afterAll(() => stage.close());

  function remember(stateFile: string): void {
    const { pin, puk, managementKey } = secretsOf(stateFile);
    secrets.push(Buffer.from(pin), Buffer.from(puk), Buffer.from(managementKey, 'hex'));
  }

  it('shows a whole issuance, and finds the failing command of the next one by one filter', async () => {
    const good = await stage.insert({ profile: 'yubikey' });
    const alice = await PortalUser.login(stage, ALICE);
    await alice.addDevice();
    await alice.allowSite();
    await alice.window('secret');
    remember(good.stateFile);
    await alice.choosePin(NEW_PIN);
    await alice.wizard.closes();
    remember(good.stateFile);
    await good.pull();
    const bad = await stage.insert({ profile: 'yubikey' });
    await alice.reload();
    await alice.addDevice();
    await alice.window('secret');
    remember(bad.stateFile);
    await alice.refusePin();

    await inspector.filter('is:error');
    const isCancelled = (): boolean => document.querySelector('#grid')?.textContent.includes('USER_CANCELLED') === true;
    await inspector.page.waitForFunction(isCancelled);
    const failures = await inspector.rows();
    expect(failures.at(-1)).toContain('step.run');
    expect(failures.at(-1)).toContain('USER_CANCELLED');
    // Before the user was asked, the site was refused; nothing else failed.
    for (const refused of failures.slice(0, -1)) expect(refused).toContain('SITE_NOT_GRANTED');
    await inspector.page.keyboard.press('End');
    await inspector.drawn();
    expect(await inspector.textOf('#detail .fault h3')).toBe('USER_CANCELLED2005');
    await judge(inspector, 'error');
    await inspector.page.setViewport({ width: 1_400, height: 4_000 });
    await inspector.filter('ins:CHANGE*');
    expect((await inspector.rows()).join()).toContain('step.run');
    await inspector.filter('');
    const methods = (await inspector.rows()).map((row) => row.split('|')[3] ?? '');
    for (const method of ['initialize', 'device.list', 'device.open', 'step.run', 'device.close']) {
      expect(methods.some((one) => one.startsWith(method))).toBe(true);
    }
  });

  thoroughIt('sends a command again in a running session, and not in one that has ended', async () => {
    await inspector.filter('method:device.list');
    const [first] = await inspector.rows();
    expect(first).toBeDefined();
    await inspector.page.keyboard.press('Home');
    await inspector.page.waitForSelector('#detail header .tool:disabled');
    await inspector.show('console');
    await waitFor(inspector.page, '#console-method');
    await inspector.page.select('#console-method', 'device.list');
    await inspector.page.click('.actions .primary');
    await inspector.page.waitForSelector('.answer .code');
    expect(await inspector.textOf('.answer .code')).toContain('"devices"');
    await inspector.show('trace');
    await inspector.filter('method:device.list from:inspector');
    expect(await inspector.rows()).toHaveLength(1);
    await inspector.filter('');
  });

  it('exports without secrets', async () => {
    file = await inspector.export(exported);
    const content = readFileSync(file, 'utf8');
    for (const word of ['step.run', 'USER_CANCELLED', 'VERIFY', 'CHANGE REFERENCE DATA'])
      expect(content).toContain(word);
    expect(secrets).toHaveLength(9);
    expect(leaks(new Map([['the exported trace', content]]), [...secrets, Buffer.from(NEW_PIN)])).toEqual([]);
  });

  thoroughIt(
    'looks the same in a fresh profile that imports the file, and compares the good run with the bad one',
    async () => {
      const rows = await inspector.rows();
      const fresh = await launchBrowser({ extensionDir: EXTENSION_DIR, hostProgram: null });
      try {
        const other = await InspectorPage.open(fresh.browser);
        await other.import(file);
        expect(await other.rows()).toEqual(rows);
        expect(await other.textOf('#notices')).toContain(path.basename(file));
        expect(
          await other.page.$$eval('#record, #clear, #keep, #apdus', (all) =>
            all.every((one) => one.matches(':disabled')),
          ),
        ).toBe(true);
        await other.show('console');
        expect(await other.page.$eval('.actions .primary', (run) => run.matches(':disabled'))).toBe(true);
        await other.show('compare');
        const first = await other.page.$eval('.pair.first', (row) => [...row.children].map((side) => side.textContent));
        expect(first[0]).toMatch(/^pin\.\w+done/);
        expect(first[2]).toMatch(/^pin\.\w+USER_CANCELLED/);
        await judge(other, 'compare');
      } finally {
        await fresh.close();
      }
    },
  );
});

describe('the inspector with a scripted background', () => {
  let browser: StageBrowser;
  let inspector: InspectorPage;

  beforeAll(async () => {
    browser = await launchBrowser({ extensionDir: EXTENSION_DIR, hostProgram: null });
    inspector = await openPlayedInspector(browser.browser, 'aaaa');
    await inspector.page.evaluate(
      (entries) => background.tell({ type: 'entries', entries }),
      issuance('aaaa', { fails: true }),
    );
  });
  afterAll(() => browser.close());

  it('shows the content of a hostile file as text, and refuses anything but a trace', async () => {
    const script = '<img src=x onerror="document.title=1">';
    const [first] = issuance('cccc');
    const session = tracedSessionOf('cccc', { origin: `https://${script}`, ended: 1 });
    const entry = { ...first, method: script, content: { [script]: script, __proto__: null } };
    const hostile = path.join(folder, 'hostile.json');
    const trace = { format: 'cardwright-trace', version: 1, saved: TRACE_START, extension: script, dropped: 0 };
    writeFileSync(hostile, JSON.stringify({ ...trace, sessions: [session], entries: [entry] }));
    await inspector.import(hostile);
    expect((await inspector.rows())[0]).toContain(script);
    await inspector.page.focus('#grid');
    await inspector.page.keyboard.press('Home');
    await inspector.drawn();
    expect(await inspector.textOf('#detail')).toContain(script);
    expect(await inspector.page.$$('main img')).toEqual([]);
    expect(await inspector.page.title()).toBe('Protocol inspector');

    const other = path.join(folder, 'other.json');
    writeFileSync(other, JSON.stringify({ ...trace, sessions: [], entries: [{ kind: 'script' }] }));
    await inspector.import(other);
    await inspector.page.waitForSelector('#notices .warning');
    expect(await inspector.textOf('#notices .warning')).toContain('not a trace');
    await inspector.page.click('#notices .info button');
    await inspector.drawn();
    await inspector.page.click('#notices .warning button');
  });

  thoroughIt('is used by the keyboard alone', async () => {
    const { page } = inspector;
    await page.focus('#grid');
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('filter');
    await page.keyboard.type('method:step.run');
    await page.keyboard.press('Enter');
    await inspector.drawn();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await inspector.drawn();
    const active = await page.$eval('#grid', (grid) => {
      const row = document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
      return [row?.ariaSelected, row?.ariaLevel];
    });
    expect(active).toEqual(['true', '2']);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H2');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('grid');
    expect(await page.$eval('#detail', (detail) => detail.hasAttribute('hidden'))).toBe(true);
  });

  thoroughIt('marks in the filter what it cannot read, and corrects it by a click', async () => {
    await inspector.filter('methd:key.*');
    expect(await inspector.textOf('#filter-problem')).toContain('methd');
    await inspector.page.click('#filter-problem button');
    expect(await inspector.page.$eval('#filter', (input) => (input as HTMLInputElement).value)).toBe('method:key.*');
    expect(await inspector.textOf('#filter-problem')).toBe('');
    await inspector.page.click('#help');
    await inspector.page.click('.help .example');
    expect(await inspector.page.$eval('#filter', (input) => (input as HTMLInputElement).value)).toContain(
      '"two words"',
    );
    await inspector.page.click('#help');
    await inspector.filter('');
  });

  it('keeps JSON that it cannot read, until it can be shown in the form', async () => {
    const { page } = inspector;
    const raw = '.ask .switch input[role="switch"]';
    await inspector.show('console');
    await waitFor(page, '#console-method');
    await page.select('#console-method', 'certificate.read');
    await page.click(raw);
    await fill(page, '#console-json', '{ "slot": ');
    expect(await inspector.textOf('.parameters > .problem')).toContain('JSON');
    await page.click(raw);
    expect(await page.$eval('#console-json', (json) => (json as HTMLTextAreaElement).value)).toBe('{ "slot": ');
    await fill(page, '#console-json', '{ "slot": "9C" }');
    await page.click(raw);
    expect(await page.$eval('.parameters select', (slot) => slot.value)).toBe('1');
    await inspector.show('trace');
  });

  thoroughIt('fits a narrow window', async () => {
    await inspector.page.setViewport({ width: 360, height: 900 });
    await inspector.drawn();
    expect(await inspector.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    await judge(inspector, 'narrow');
  });
});
