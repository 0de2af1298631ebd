import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { blankYubikey } from '../../support/device-facts.js';
import { textOf } from '../../support/page-stage.js';
import type { Script } from '../../support/wizard-page/scripted-extension.js';
import { WizardScene } from '../../support/wizard-scene.js';
import type { WizardUser } from '../../support/wizard-user.js';
import { everyOrSome, thoroughIt } from '../../support/thorough.js';
import { browserWithWindows } from '../../support/workplace/shared-computer.js';

const yubikey = blankYubikey('11223344');
const scene = WizardScene.forTests(browserWithWindows);

/** The state of the four lines when one of them failed. */
const FAILED_AT = {
  extension: 'failed waiting waiting waiting',
  site: 'passed failed waiting waiting',
  host: 'passed passed failed waiting',
  reader: 'passed passed passed failed',
};

const initialize = (error: CardwrightError): Partial<Script> => ({ initializeError: error.toWire() });
const mended = { initializeError: null, listError: null, accessError: null, consent: 'granted' } as const;

type Case = [code: string, line: keyof typeof FAILED_AT, remedy: string, script: Partial<Script>, focused?: string];
const CASES: readonly Case[] = [
  ['SITE_NOT_GRANTED', 'site', 'Contact your help desk', { consent: 'blocked' }, 'Copy details'],
  [
    'WINDOW_NOT_ALLOWED',
    'site',
    'Close the other window',
    { consent: 'needed', accessError: new CardwrightError('WINDOW_NOT_ALLOWED').toWire() },
  ],
  [
    'CMS_KEYS_UNAVAILABLE',
    'site',
    'help desk',
    initialize(new CardwrightError('CMS_KEYS_UNAVAILABLE')),
    'Copy details',
  ],
  ['CMS_UNREACHABLE', 'site', 'Check your network', initialize(new CardwrightError('CMS_UNREACHABLE'))],
  [
    'VERSION_MISMATCH',
    'site',
    'this site needs a newer version',
    initialize(new CardwrightError('VERSION_MISMATCH', { update: 'sdk' })),
    'Copy details',
  ],
  [
    'VERSION_MISMATCH',
    'host',
    'Update Cardwright on this computer',
    initialize(new CardwrightError('VERSION_MISMATCH', { update: 'host' })),
  ],
  ['HOST_MISSING', 'host', 'Install Cardwright on this computer', initialize(new CardwrightError('HOST_MISSING'))],
  ['HOST_FORBIDDEN', 'host', 'help desk', initialize(new CardwrightError('HOST_FORBIDDEN')), 'Copy details'],
  ['HOST_CRASHED', 'host', 'Try again', { listError: new CardwrightError('HOST_CRASHED').toWire() }],
  ['TIMEOUT', 'host', 'Try again', initialize(new CardwrightError('TIMEOUT'))],
  [
    'PERMISSION_DENIED',
    'site',
    'extension menu',
    { listError: new CardwrightError('PERMISSION_DENIED', { permission: 'read' }).toWire() },
  ],
  [
    'PCSC_UNAVAILABLE',
    'reader',
    'Restart the computer',
    { listError: new CardwrightError('PCSC_UNAVAILABLE').toWire() },
  ],
  ['TIMEOUT', 'reader', 'Try again', { listError: new CardwrightError('TIMEOUT').toWire() }],
];
/** Looks at something else, and then at the page again. */
async function comeBack({ page }: WizardUser): Promise<void> {
  const other = await page.browserContext().newPage();
  await other.bringToFront();
  await page.bringToFront();
  await other.close();
}

/** One code for each line. */
const KEPT = ['SITE_NOT_GRANTED', 'HOST_MISSING', 'PCSC_UNAVAILABLE'];

describe('the Check step', () => {
  it.each(everyOrSome(CASES, ([code]) => KEPT.includes(code)))(
    'names %s at the line %s, with its remedy "%s", and continues once it is fixed',
    async (code, line, remedy, script, focused = 'Try again') => {
      const user = await scene.addDevice({ ...script, devices: [yubikey] });
      await user.sees('error');
      expect(await user.lines()).toBe(FAILED_AT[line]);
      const words = await textOf(user.page, 'cardwright-error-pane');
      expect(words).toContain(code);
      expect(words).toContain(remedy);
      expect(await user.focused()).toBe(focused);
      await user.script(mended);
      await (focused === 'Try again' ? user.press('Enter') : user.click('#retry'));
      await user.closes();
      expect(await user.heard()).toContain('cardwright-issued');
    },
  );

  it('says that Cardwright is still starting on a busy computer, and continues by itself', async () => {
    const user = await scene.addDevice({ startsSlowly: true, devices: [yubikey] });
    await user.sees('check');
    await user.reads('Cardwright is still starting on this computer.');
    expect(await user.lines()).toBe('passed passed running waiting');
    await user.release();
    await user.closes();
  });

  it.each<[code: string, line: keyof typeof FAILED_AT, button: string, reason: string, error: CardwrightError]>([
    ['INSECURE_CONTEXT', 'site', 'Close', '', new CardwrightError('INSECURE_CONTEXT')],
    [
      'VERSION_MISMATCH',
      'extension',
      'Reload page',
      'Version 0.1.0 → 0.2.0',
      new CardwrightError('VERSION_MISMATCH', { update: 'extension', installed: '0.1.0', minimum: '0.2.0' }),
    ],
  ])('names %s at the line %s, where only “%s” continues: %s', async (code, line, button, reason, error) => {
    const user = await scene.addDevice({ ...initialize(error), devices: [yubikey] });
    await user.sees('error');
    expect(await user.lines()).toBe(FAILED_AT[line]);
    await user.reads(code);
    await user.reads(reason);
    expect(await user.focused()).toBe(button);
  });

  thoroughIt('links from the error to its entry in the help, to what is missing and to the help desk', async () => {
    const user = await scene.addDevice(initialize(new CardwrightError('HOST_MISSING')));
    await user.sees('error');
    const links = await user.page.$$eval('>>> a', (all) => all.map(({ href, textContent }) => [textContent, href]));
    expect(links).toEqual([
      ['+49 89 1234-0', 'tel:+498912340'],
      ['service.desk@example.org', 'mailto:service.desk@example.org'],
      ['Get Cardwright', 'https://it.example/cardwright.deb'],
      ['More help', `${new URL(user.page.url()).origin}/help#HOST_MISSING`],
    ]);
  });

  it("names the administrator's help desk and download in place of the portal's", async () => {
    const wire = new CardwrightError('HOST_MISSING').toWire();
    const helpDesk = { name: 'Head office', linux: 'https://get.example/host.deb', url: 'javascript:alert(1)' };
    const user = await scene.addDevice({ initializeError: { ...wire, data: { ...wire.data, helpDesk } } });
    await user.sees('error');
    expect(await textOf(user.page, 'cardwright-error-pane')).toContain('Head office');
    const links = await user.page.$$eval('>>> a', (all) => all.map(({ href, textContent }) => [textContent, href]));
    expect(links).toEqual([
      ['Get Cardwright', 'https://get.example/host.deb'],
      ['More help', `${new URL(user.page.url()).origin}/help#HOST_MISSING`],
    ]);
  });

  it('makes no link of an address that would run in the page', async () => {
    const user = await scene.addDevice(initialize(new CardwrightError('HOST_MISSING')));
    await user.sees('error');
    await user.page.evaluate(() => {
      const wizard = document.querySelector('cardwright-add-device');
      if (!wizard) return;
      wizard.help = 'javascript:alert(1)';
      wizard.helpDesk = { url: 'javascript:alert(1)', linux: 'javascript:alert(1)', phone: 'javascript:alert(1)' };
    });
    await user.page.waitForFunction(() => document.querySelector('cardwright-add-device')?.isUpdatePending === false);
    expect(await user.page.$$('>>> a')).toEqual([]);
  });

  it('asks for access at once if only that is missing', async () => {
    const user = await scene.addDevice({ consent: 'needed', consentAnswer: 'granted', devices: [yubikey] });
    await user.closes();
    expect((await user.called()).slice(0, 3)).toEqual(['initialize', 'closed', 'access.request']);
  });

  describe('at a site that its user refused', () => {
    const refused: Partial<Script> = { consent: 'needed', consentAnswer: 'denied', devices: [yubikey] };

    it('explains where to allow it, and after “Try again” that it still may not ask', async () => {
      const user = await scene.addDevice(refused);
      await user.sees('refused');
      expect(await user.lines()).toBe(FAILED_AT.site);
      const words = await textOf(user.page, 'cardwright-error-pane');
      expect(words).toContain('SITE_NOT_GRANTED');
      expect(words).toContain('choose “Let this site ask again”');
      expect(await user.focused()).toBe('Try again');
      await user.press('Enter');
      await user.reads('This site still may not ask.');
      expect(await user.focused()).toBe('Try again');
      await user.script({ consent: 'needed', consentAnswer: 'granted' });
      await user.press('Enter');
      await user.closes();
      expect(await user.heard()).toContain('cardwright-issued');
    });

    it('continues by itself when its user comes back after allowing it', async () => {
      const user = await scene.addDevice(refused);
      await user.sees('refused');
      await comeBack(user);
      // It has checked again.
      await user.page.waitForFunction(() => window.extension.calls.filter((one) => one === 'initialize').length > 1);
      await user.sees('refused');
      await user.script({ consent: 'needed', consentAnswer: 'granted', isActive: false });
      await comeBack(user);
      await user.sees('allow');
      await user.script({ isActive: true });
      await user.click('#allow');
      await user.closes();
    });

    it('can be closed, and stops checking then', async () => {
      const user = await scene.addDevice(refused);
      await user.sees('refused');
      await user.press('Escape');
      await user.closes();
      const before = await user.called();
      await comeBack(user);
      expect(await user.called()).toEqual(before);
    });
  });

  thoroughIt('says that there is no reader, and continues by itself when a security key is plugged in', async () => {
    const user = await scene.addDevice({ emptyReaders: [] });
    await user.sees('no-reader');
    expect(await user.lines()).toBe(FAILED_AT.reader);
    expect(await textOf(user.page, 'cardwright-error-pane')).toContain('NO_READER');
    expect(await user.focused()).toBe('Refresh');
    await user.setDevices(yubikey);
    await user.closes();
    expect(await user.heard()).toContain('cardwright-issued');
  });

  thoroughIt('stays where it is on Refresh while there is no reader, and continues when one is found', async () => {
    const user = await scene.addDevice({ emptyReaders: [] });
    await user.sees('no-reader');
    await user.click('#retry');
    await user.page.waitForFunction(() => window.extension.calls.filter((call) => call === 'device.list').length === 2);
    await user.sees('no-reader');
    await user.script({ emptyReaders: ['Reader'] });
    await user.click('#retry');
    await user.sees('connect');
    expect((await user.called()).filter((method) => method === 'initialize')).toHaveLength(1);
  });

  thoroughIt('says so when the smart card service stops while it waits for a reader', async () => {
    const user = await scene.addDevice({ emptyReaders: [] });
    await user.sees('no-reader');
    await user.script({ listError: new CardwrightError('PCSC_UNAVAILABLE').toWire() });
    await user.click('#retry');
    await user.sees('error');
    expect(await user.lines()).toBe(FAILED_AT.reader);
  });

  thoroughIt(
    'says so by itself when the service stops while it waits for a device, since then there are no readers either',
    async () => {
      const user = await scene.addDevice({ devices: [] });
      await user.sees('connect');
      await user.script({ listError: new CardwrightError('PCSC_UNAVAILABLE').toWire() });
      await user.page.evaluate(() => window.extension.setDevices([], []));
      await user.sees('error');
      await user.reads('PCSC_UNAVAILABLE');
    },
  );

  thoroughIt('asks for the missing classes if the site is granted less than an issuance needs', async () => {
    const user = await scene.addDevice({ granted: ['use'], devices: [yubikey] });
    await user.closes();
    expect((await user.called()).slice(0, 5)).toEqual([
      'initialize',
      'closed',
      'access.request',
      'closed',
      'initialize',
    ]);
    expect(await user.heard()).toContain('cardwright-issued');
  });

  thoroughIt('reports that the site may not get all that an issuance needs', async () => {
    const user = await scene.addDevice({ granted: ['read'], grantable: ['read', 'use'], devices: [yubikey] });
    await user.sees('error');
    await user.reads('PERMISSION_DENIED');
    expect(await user.lines()).toBe(FAILED_AT.site);
    await user.script({ grantable: ['read', 'use', 'manage'] });
    await user.click('#retry');
    await user.closes();
  });

  thoroughIt('distinguishes a lost extension from a crashed host', async () => {
    const user = await scene.addDevice({ emptyReaders: [] });
    await user.sees('no-reader');
    await user.page.evaluate(() => window.extension.end(null));
    await user.sees('error');
    expect(await user.lines()).toBe(FAILED_AT.extension);
    expect(await textOf(user.page, 'cardwright-error-pane')).toContain('EXTENSION_LOST');
    await user.script({ devices: [yubikey] });
    await user.click('#retry');
    await user.closes();
  });
});
