import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { until } from '@cardwright/stage';
import { openClipboard, readClipboard } from '../../support/clipboard.js';
import { blankPivCard, blankYubikey } from '../../support/device-facts.js';
import { openPageBrowser, waitFor, type PageServer, type PageBrowser } from '../../support/page-stage.js';
import { PROOF_STAGES } from '../../support/proof-stages.js';
import { IPHONE, LINK, PASSWORD, ScriptedMobileCms, inSeconds } from '../../support/scripted-mobile-cms.js';
import { thoroughIt } from '../../support/thorough.js';
import type { Script } from '../../support/wizard-page/scripted-extension.js';
import { serveWizard } from '../../support/wizard-stage.js';
import { WizardUser } from '../../support/wizard-user.js';

let browser: PageBrowser;
let server: PageServer;
let user: WizardUser;
let cms = new ScriptedMobileCms();

/** The wizard closes at once, and notifies the CMS meanwhile. */
const isCancelled = () => until(() => cms.enrolmentState === 'cancelled', { what: 'the CMS cancels the enrolment' });

/** Counts the cancellations at the CMS. */
const cancellations = (): number => cms.calls.filter((call) => call.endsWith('/cancel')).length;

beforeAll(async () => {
  [browser, server] = await Promise.all([openPageBrowser(), serveWizard(() => cms)]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});
beforeEach(() => {
  cms = new ScriptedMobileCms();
});
afterEach(() => user.leave());

/** Opens the page and presses Add Mobile. */
async function addMobile(script: Partial<Script> = {}): Promise<void> {
  user = await WizardUser.arrive(browser, server, script, {}, 'cardwright-add-mobile');
  await user.page.focus('#add');
  await user.press('Enter');
}

/** Adds a phone up to the question whether it is the right one. */
async function waitForConfirmation(): Promise<void> {
  await addMobile();
  await user.sees('code');
  cms.see('to-confirm');
  await user.sees('confirm');
}

describe('adding a mobile device', () => {
  it('leads from the code to the installed device by the keyboard alone, and follows it by itself', async () => {
    await addMobile();
    await user.sees('code');
    expect(await user.focused()).toBe('Scan this code with your iPhone or iPad');
    await openClipboard(user.page);
    await user.press('Tab');
    expect(await user.focused()).toBe('Copy link');
    await user.press('Enter');
    await user.reads('Copied');
    expect(await readClipboard(user.page)).toBe(LINK);
    cms.see('opened');
    await user.reads('The link has been opened.');
    cms.see('downloaded');
    await user.sees('install');
    expect(await user.focused()).toBe('Install the profile on your device');
    cms.see('to-confirm');
    await user.sees('confirm');
    expect(await user.page.title()).toBe('(!) Cardwright is waiting for you · Portal');
    // No button has the focus: the user was about to press another one, and would answer unread.
    expect(await user.focused()).toBe('Is this your iPhone?');
    await user.press('Enter');
    expect(cms.confirmed).toBe(null);
    await user.press('Tab', 'Tab');
    expect(await user.focused()).toBe('Yes, this is mine');
    await user.press('Enter');
    await user.sees('certificates');
    expect(cms.confirmed).toBe(IPHONE.serial);
    expect(await user.page.title()).toBe('Portal');
    cms.see('issued', { certificates: { ordered: 3, issued: 2 } });
    await user.reads('2 of 3 certificates');
    cms.see('sent', { certificates: { ordered: 3, issued: 3 }, expiresAt: null });
    await user.sees('sent');
    expect(await user.heard()).toEqual([]);
    cms.see('installed');
    await user.sees('installed');
    expect(await user.heard()).toEqual(['cardwright-mobile-installed']);
    await user.press('Tab');
    expect(await user.focused()).toBe('Done');
    await user.press('Enter');
    await user.closes();
    expect(cancellations()).toBe(0);
    expect(await user.focused()).toBe('Add Mobile');
  });

  thoroughIt('says what is missing when Done is pressed too early, and continues meanwhile', async () => {
    await addMobile();
    await user.sees('code');
    await user.click('#done');
    await user.sees('missing');
    expect(await user.lines()).toBe('running waiting waiting waiting');
    cms.see('downloaded');
    await waitFor(user.page, '>>> .checks .passed');
    expect(await user.lines()).toBe('passed running waiting waiting');
    expect(await user.heard()).toEqual([]);
    // The user's own task comes first.
    cms.see('to-confirm');
    await user.sees('confirm');
  });

  it('asks before it cancels an enrolment that reached a mobile device, and cancels the code at once', async () => {
    await addMobile();
    await user.sees('code');
    await user.press('Escape');
    await user.closes();
    await isCancelled();
    await user.page.click('#add');
    await user.sees('code');
    cms.see('downloaded');
    await user.sees('install');
    await user.press('Escape');
    await user.sees('stop');
    expect(await user.focused()).toBe('Keep waiting');
    await user.press('Escape');
    await user.sees('install');
    expect(cms.enrolmentState).toBe('downloaded');
    await user.click('#cancel');
    await user.click('#stop');
    await user.closes();
    await isCancelled();
  });

  it('finds the phone that waits again after a reload, also when it is added once more', async () => {
    await waitForConfirmation();
    user.page.on('dialog', (dialog) => void dialog.accept());
    await user.page.reload();
    await user.sees('confirm');
    await user.reads(IPHONE.serial);
    await user.leave();
    // The tab is gone, and with it what the page has remembered.
    await addMobile();
    await user.sees('confirm');
    await user.click('#confirm');
    await user.sees('certificates');
    expect(cms.confirmed).toBe(IPHONE.serial);
    expect(cms.started).toHaveLength(1);
    expect(cancellations()).toBe(0);
  });

  thoroughIt('gives a new code if the profile did not arrive, however often the dialog finds it', async () => {
    await addMobile();
    await user.sees('code');
    cms.see('downloaded');
    await user.sees('install');
    await user.leave();
    await addMobile();
    await user.sees('install');
    await user.click('#retry');
    await user.sees('code');
    expect(cms.started).toHaveLength(2);
    expect(cancellations()).toBe(1);
  });

  thoroughIt('opens nothing by itself after a reload if no phone waits any more', async () => {
    await waitForConfirmation();
    user.page.on('dialog', (dialog) => void dialog.accept());
    cms.failUnheard(new CardwrightError('PHONE_NOT_CONFIRMED'));
    const asked = cms.calls.length;
    await user.page.reload();
    await until(() => cms.calls.length > asked, { what: 'the page asks for the phone' });
    await user.page.click('#add');
    await user.sees('code');
    expect(cms.started).toHaveLength(2);
  });

  thoroughIt('cancels if the phone is someone else’s, and gives a new code', async () => {
    await addMobile();
    await user.sees('code');
    cms.see('to-confirm', { phone: { ...IPHONE, serial: 'NOTMINE123' } });
    await user.reads('NOTMINE123');
    await user.click('#reject');
    await user.sees('rejected');
    await user.reads('Someone else may have used your link.');
    expect(cms.confirmed).toBe(null);
    await user.click('#retry');
    await user.sees('code');
    expect(cms.started).toHaveLength(2);
    expect(cancellations()).toBe(1);
  });

  // status-feed.test.ts tests what follows.
  thoroughIt('polls if no events come through', async () => {
    cms.sendsEvents = false;
    await addMobile();
    await user.sees('code');
    cms.see('downloaded');
    await user.sees('install');
  });

  thoroughIt('notices that the time is over, and gives a new code', async () => {
    await addMobile();
    await user.sees('code');
    cms.see('opened', { expiresAt: inSeconds(1) });
    // The event is lost: the page polls by itself.
    cms.failUnheard(new CardwrightError('LINK_EXPIRED'));
    await user.sees('expired');
    await user.click('#retry');
    await user.sees('code');
  });

  thoroughIt('warns before the page is left while a code is shown, and not afterwards', async () => {
    await addMobile();
    await user.sees('code');
    const asks: string[] = [];
    user.page.on('dialog', (dialog) => {
      asks.push(dialog.type());
      void dialog.accept();
    });
    await user.page.reload();
    expect(asks).toEqual(['beforeunload']);
    await user.page.click('#add');
    await user.sees('code');
    cms.fail(new CardwrightError('PHONE_SILENT'));
    await user.sees('error');
    await user.page.reload();
    expect(asks).toHaveLength(1);
  });
});

describe('the proof before the code', () => {
  it('is asked for again if the password was wrong', async () => {
    cms.offer = { proof: 'password', verified: true };
    await addMobile();
    await user.sees('password');
    expect(await user.page.$eval('>>> #password', (input) => input.getAttribute('autocomplete'))).toBe(
      'current-password',
    );
    await user.page.keyboard.type('wrong');
    await user.press('Enter');
    await user.reads('That password is incorrect.');
    await waitFor(user.page, '>>> #next:enabled');
    await user.page.keyboard.type(PASSWORD);
    await user.press('Enter');
    await user.sees('code');
    expect(cms.started).toEqual([{ password: PASSWORD }]);
  });

  thoroughIt('is a signature by a device, and the CMS may refuse a device', async () => {
    cms.offer = { proof: 'card', verified: true };
    cms.hasPasskeysAlone = true;
    cms.passkeyStages = PROOF_STAGES;
    cms.goAway('operations', new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: 'This device is not active.' }));
    const [yubikey, card] = [blankYubikey('11223344'), blankPivCard('Reader')];
    await addMobile({ devices: [yubikey], held: ['pin'] });
    await user.sees('connect');
    await user.reads('This device is not active.');
    await user.setDevices(yubikey, card);
    await user.sees('prove-pin');
    expect(await user.opened()).toEqual([yubikey.id, card.id]);
    expect(cms.started).toEqual([]);
    await user.release();
    await user.sees('code');
    expect(cms.started).toEqual([{ operation: 'operation-1' }]);
    expect(cms.kinds).toEqual(['prove-owner', 'prove-owner']);
    // The device is free again while the mobile device is enrolled.
    expect((await user.called()).slice(-2)).toEqual(['device.close', 'closed']);
  });

  thoroughIt('is cancelled with the dialog', async () => {
    cms.offer = { proof: 'card', verified: true };
    cms.hasPasskeysAlone = true;
    cms.passkeyStages = PROOF_STAGES;
    await addMobile({ devices: [blankYubikey('11223344')], held: ['pin'] });
    await user.sees('prove-pin');
    await user.press('Escape');
    await user.closes();
    expect(cms.state).toBe('cancelled');
    expect(cms.started).toEqual([]);
  });
});
