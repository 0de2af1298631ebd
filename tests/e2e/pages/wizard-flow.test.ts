import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CardwrightError, type DeviceInfo } from '@cardwright/protocol';
import type { Browser, Page } from 'puppeteer-core';
import { blankPivCard, blankYubikey } from '../../support/device-facts.js';
import { launchChromium, textOf, waitFor, type PageServer } from '../../support/page-stage.js';
import { ScriptedCms } from '../../support/scripted-cms.js';
import type { Script } from '../../support/wizard-page/scripted-extension.js';
import { openWizardPage, serveWizard } from '../../support/wizard-stage.js';

const yubikey = blankYubikey('11223344');
const other = blankYubikey('55667788');
const left = blankPivCard('Reader A');
const right = blankPivCard('Reader B');
const RESULTS = 'operations/operation-1/results';

let browser: Browser;
let server: PageServer;
let page: Page;
let cms = new ScriptedCms();

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), serveWizard(() => cms)]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});
beforeEach(() => {
  cms = new ScriptedCms();
});
afterEach(() => page.browserContext().close());

async function openWizard(script: Partial<Script> = {}): Promise<void> {
  page = await openWizardPage(browser, server, script);
  await page.click('#add');
}

const click = (selector: string): Promise<void> => page.locator(`>>> ${selector}`).click();
const pane = async (name: string): Promise<void> => {
  const isShown = (wanted: string): boolean =>
    document.querySelector('cardwright-add-device')?.shadowRoot?.querySelector('cardwright-dialog')?.dataset.pane ===
    wanted;
  await page.waitForFunction(isShown, { timeout: 5000 }, name);
};
const heard = (): Promise<string[]> => page.evaluate(() => window.heard);
const calls = (): Promise<string[]> => page.evaluate(() => window.extension.calls);
const setDevices = (...devices: DeviceInfo[]): Promise<void> =>
  page.evaluate((now) => window.extension.setDevices(now), devices);
const release = (): Promise<void> => page.evaluate(() => window.extension.release());
const closes = async (): Promise<void> => {
  await page.waitForFunction(() => window.heard.includes('cardwright-closed'), { timeout: 5000 });
};

describe('the wizard', () => {
  it('issues the only device by itself, with six calls for the operation, and closes', async () => {
    await openWizard({ devices: [yubikey] });
    await closes();
    expect(await heard()).toEqual(['cardwright-issued', 'cardwright-closed']);
    expect(cms.calls).toEqual(['devices/eligibility', 'operations', ...Array<string>(5).fill(RESULTS)]);
    expect((await calls()).slice(-3)).toEqual(['step.run', 'device.close', 'closed']);
    expect(await page.$('>>> dialog[open]')).toBeNull();
  });

  it('can be opened again afterwards', async () => {
    await openWizard({ devices: [yubikey] });
    await closes();
    await setDevices();
    await page.click('#add');
    await pane('connect');
  });

  it('goes on without a click when a device is inserted', async () => {
    await openWizard();
    await pane('connect');
    await setDevices(yubikey);
    await closes();
    expect(await heard()).toContain('cardwright-issued');
  });

  it('looks again when Refresh is pressed', async () => {
    cms.refused.set(yubikey.id, 'It is not ready yet.');
    await openWizard({ devices: [yubikey] });
    await pane('connect');
    cms.refused.clear();
    await click('#refresh');
    await closes();
    expect(await heard()).toContain('cardwright-issued');
  });

  it('takes none of two devices, tells two blank cards apart by their reader, and issues the one selected', async () => {
    await openWizard({ devices: [left, right] });
    await pane('choose');
    expect(await page.$('>>> #next:disabled')).not.toBeNull();
    expect(await textOf(page, 'cardwright-device-picker')).toContain('In Reader B');
    expect(await calls()).not.toContain('device.open');
    await page.locator('>>> label ::-p-text(Reader B)').click();
    await page.evaluate(() => {
      window.extension.script.held = ['authenticate'];
    });
    await click('#next');
    await pane('issue-issue');
    await release();
    await closes();
    const opened = await page.evaluate(() => window.extension.opened);
    expect(opened).toEqual([right.id]);
  });

  it('does not take the last device by itself once the user was asked to choose', async () => {
    await openWizard({ devices: [yubikey, other] });
    await pane('choose');
    await setDevices(other);
    await waitFor(page, '>>> cardwright-device-picker');
    await page.locator('>>> label ::-p-text(55667788)').click();
    expect(await calls()).not.toContain('device.open');
    await click('#next');
    await closes();
  });

  it('says why a device can not be issued, and does not let it be selected', async () => {
    cms.refused.set(other.id, 'This device is already issued to you.');
    await openWizard({ devices: [left, right, other] });
    await pane('choose');
    expect(await textOf(page, 'cardwright-device-picker')).toContain('This device is already issued to you.');
    expect(await page.$$('>>> input[type=radio]')).toHaveLength(2);
  });

  it('asks for access by itself, and again when the user wishes', async () => {
    await openWizard({ consent: 'needed', consentAnswer: 'needed', devices: [yubikey] });
    await pane('allow');
    await page.evaluate(() => {
      window.extension.script.consentAnswer = 'granted';
    });
    await click('#allow');
    await closes();
    expect((await calls()).filter((method) => method === 'access.request')).toHaveLength(2);
  });

  it('keeps the device pending when the PIN window is closed, and offers to choose the PIN where the CMS allows it', async () => {
    cms.letsPendingGoOn = true;
    await openWizard({ devices: [yubikey], closesPinWindow: true });
    await pane('pending');
    expect(await calls()).toContain('device.close');
    await page.evaluate(() => {
      window.extension.script.closesPinWindow = false;
    });
    await click('#retry');
    await closes();
    expect(await heard()).toEqual(['cardwright-issued', 'cardwright-closed']);
  });

  it('offers nothing but Close where a pending device must wait for an operator', async () => {
    await openWizard({ devices: [yubikey], closesPinWindow: true });
    await pane('pending');
    expect(await page.$('>>> #retry')).toBeNull();
    await click('#cancel');
    await closes();
    expect(await heard()).toEqual(['cardwright-closed']);
  });

  it('cancels at the CMS and lets the device go when the user cancels', async () => {
    await openWizard({ devices: [yubikey], held: ['authenticate'] });
    await pane('issue-issue');
    await page.waitForFunction(() => window.extension.calls.includes('step.run'));
    await click('#cancel');
    await closes();
    expect(cms.calls.at(-1)).toBe('operations/operation-1/cancel');
    expect((await calls()).slice(-3)).toEqual(['$/cancelRequest', 'device.close', 'closed']);
  });

  it('goes on with the same device after an error', async () => {
    cms.failure = { phase: 'keys', error: new CardwrightError('CARD_REMOVED').toWire() };
    await openWizard({ devices: [yubikey] });
    await pane('error');
    expect(await textOf(page, 'cardwright-error-pane')).toContain('4004');
    await setDevices(yubikey, other);
    await click('#retry');
    await closes();
    expect(await page.evaluate(() => window.extension.opened)).toEqual([yubikey.id, yubikey.id]);
  });

  it('notices that the host has died, and goes on in a new session', async () => {
    await openWizard({ devices: [yubikey], crashesAt: 'keys' });
    await pane('error');
    expect(await textOf(page, 'cardwright-error-pane')).toContain('HOST_CRASHED');
    await page.evaluate(() => {
      window.extension.script.crashesAt = null;
    });
    await click('#retry');
    await closes();
    expect(await heard()).toContain('cardwright-issued');
  });

  it('copies the details of an error without anything nested, where card data could be', async () => {
    const refused = new CardwrightError('MANAGEMENT_KEY_REFUSED', { next: { algorithm: '3DES', witness: 'c2VjcmV0' } });
    cms.failure = { phase: 'authenticate', error: refused.toWire() };
    await openWizard({ devices: [yubikey] });
    await page.evaluate(() => {
      navigator.clipboard.writeText = (text) => {
        window.heard.push(text);
        return Promise.resolve();
      };
    });
    await pane('error');
    await click('#copy');
    const copied = (await heard()).join();
    expect(JSON.parse(copied)).toMatchObject({
      code: 'MANAGEMENT_KEY_REFUSED',
      number: 6006,
      where: 'issue',
      data: {},
    });
    expect(copied).not.toContain('c2VjcmV0');
  });

  it('can be used from beginning to end with the keyboard alone', async () => {
    page = await openWizardPage(browser, server, { devices: [], held: ['authenticate'] });
    await press('Tab', 'Enter');
    await pane('connect');
    expect(await focused()).toBe('Connect your device');
    await setDevices(left, right);
    await pane('choose');
    expect(await focused()).toBe('Select your device');
    await press('Tab', 'ArrowDown', 'Tab', 'Tab');
    expect(await focused()).toBe('Next');
    await press('Enter');
    await pane('issue-issue');
    expect(await focused()).toBe('Issuing your device');
    await page.waitForFunction(() => window.extension.calls.includes('step.run'));
    await press('Escape');
    await closes();
    expect(cms.calls.at(-1)).toBe('operations/operation-1/cancel');
    expect(await page.evaluate(() => window.extension.opened)).toEqual([right.id]);
    expect(await focused()).toBe('Add Device');
  });
});

async function press(...keys: readonly ('Tab' | 'Enter' | 'Escape' | 'ArrowDown')[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** What stands on the element that has the focus. */
const focused = (): Promise<string> =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.textContent.trim() ?? '';
  });
