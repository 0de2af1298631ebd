import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { blankYubikey } from '../../support/device-facts.js';
import { textOf } from '../../support/page-stage.js';
import { WizardScene } from '../../support/wizard-scene.js';
import type { WizardUser } from '../../support/wizard-user.js';
import { thoroughIt } from '../../support/thorough.js';

const yubikey = blankYubikey('11223344');
const other = blankYubikey('55667788');
const scene = WizardScene.forTests();

/** Does what reloads the page, and waits for the new one. Its extension is there, its reader empty. */
async function reloading(user: WizardUser, act: () => Promise<unknown>): Promise<void> {
  await Promise.all([user.page.waitForNavigation(), act()]);
}

const isOpen = (user: WizardUser): Promise<boolean> =>
  user.page.$eval('>>> dialog', (dialog) => dialog instanceof HTMLDialogElement && dialog.open);

describe('the wizard, if only a reload of the page helps,', () => {
  it('opens again after it, with the focus in it, if the extension was missing', async () => {
    const user = await scene.addDevice({ isInstalled: false });
    await user.sees('error');
    expect(await user.lines()).toBe('failed waiting waiting waiting');
    expect(await textOf(user.page, 'cardwright-error-pane')).toContain('Install the extension or switch it on');
    await reloading(user, () => user.press('Enter'));
    await user.sees('connect');
    expect(await user.focused()).toBe('Connect your device');
    await user.setDevices(yubikey);
    await user.closes();
    expect(await user.heard()).toContain('cardwright-issued');
  });

  thoroughIt('reloads by itself when the extension was lost and is not found any more', async () => {
    const user = await scene.addDevice();
    await user.sees('connect');
    await user.page.evaluate(() => window.extension.end(null));
    await user.sees('error');
    await user.script({ isInstalled: false });
    await reloading(user, () => user.click('#retry'));
    await user.sees('connect');
  });

  it('continues with the same device after a login, by way of another page', async () => {
    scene.cms.goAway('results', new CardwrightError('LOGIN_REQUIRED', { fresh: false }));
    const user = await scene.addDevice({ devices: [yubikey] });
    await user.sees('error');
    expect(await user.focused()).toBe('Sign in');
    let isLoggedIn = false;
    await user.page.setRequestInterception(true);
    user.page.on('request', (request) => {
      const login = { status: 200, contentType: 'text/html', body: '<title>Log in</title><h1>Log in</h1>' };
      void (request.isNavigationRequest() && !isLoggedIn ? request.respond(login) : request.continue());
    });
    await reloading(user, () => user.press('Enter'));
    expect(await user.page.title()).toBe('Log in');
    isLoggedIn = true;
    await reloading(user, () => user.page.reload());
    await user.sees('connect');
    await user.reads('YubiKey · Serial number 11223344');
    await user.setDevices(other, yubikey);
    await user.closes();
    expect(await user.opened()).toEqual([yubikey.id]);
    await user.leave();
  });

  thoroughIt('opens once, and not after the next reload', async () => {
    const user = await scene.addDevice({ isInstalled: false });
    await user.sees('error');
    await reloading(user, () => user.click('#retry'));
    await user.sees('connect');
    await reloading(user, () => user.page.reload());
    expect(await isOpen(user)).toBe(false);
  });

  it.each([
    ['it is too long ago', -1, () => Promise.resolve()],
    [
      'it was closed meanwhile',
      60_000,
      async (user: WizardUser) => {
        await user.page.click('#add');
        await user.sees('connect');
        await user.press('Escape');
        await user.closes();
      },
    ],
  ])('does not open again if %s', async (_why, milliseconds, act) => {
    const user = await scene.arrive();
    const note = JSON.stringify({ until: Date.now() + milliseconds, wanted: null });
    await user.page.evaluate((stored) => sessionStorage.setItem('cardwright-reopen /api issue', stored), note);
    await act(user);
    await reloading(user, () => user.page.reload());
    expect(await isOpen(user)).toBe(false);
    expect(await user.page.evaluate(() => sessionStorage.length)).toBe(0);
  });
});
