import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { blankYubikey } from '../../support/device-facts.js';
import { textOf } from '../../support/page-stage.js';
import type { Script } from '../../support/wizard-page/scripted-extension.js';
import { WizardScene } from '../../support/wizard-scene.js';

const yubikey = blankYubikey('11223344');
const scene = WizardScene.forTests();

/** What the four lines show when one of them failed. */
const FAILED_AT = {
  extension: 'failed waiting waiting waiting',
  site: 'passed failed waiting waiting',
  host: 'passed passed failed waiting',
  reader: 'passed passed passed failed',
};

const initialize = (error: CardwrightError): Partial<Script> => ({ initializeError: error.toWire() });
const mended = { initializeError: null, listError: null, accessError: null, consent: 'granted' } as const;

describe('the Check step', () => {
  it.each<[code: string, line: keyof typeof FAILED_AT, remedy: string, script: Partial<Script>]>([
    ['SITE_NOT_GRANTED', 'site', 'let this site ask again', { consent: 'denied' }],
    ['SITE_NOT_GRANTED', 'site', 'Tell your help desk', { consent: 'blocked' }],
    [
      'WINDOW_NOT_ALLOWED',
      'site',
      'Close the other window',
      { consent: 'needed', accessError: new CardwrightError('WINDOW_NOT_ALLOWED').toWire() },
    ],
    ['INSECURE_CONTEXT', 'site', 'https', initialize(new CardwrightError('INSECURE_CONTEXT'))],
    ['CMS_KEYS_UNAVAILABLE', 'site', 'Try again later', initialize(new CardwrightError('CMS_KEYS_UNAVAILABLE'))],
    ['CMS_UNREACHABLE', 'site', 'Check your network', initialize(new CardwrightError('CMS_UNREACHABLE'))],
    [
      'VERSION_MISMATCH',
      'site',
      'this site needs a newer version',
      initialize(new CardwrightError('VERSION_MISMATCH', { update: 'sdk' })),
    ],
    [
      'VERSION_MISMATCH',
      'extension',
      'Update the Cardwright extension',
      initialize(new CardwrightError('VERSION_MISMATCH', { update: 'extension' })),
    ],
    [
      'VERSION_MISMATCH',
      'host',
      'Update Cardwright on this computer',
      initialize(new CardwrightError('VERSION_MISMATCH', { update: 'host' })),
    ],
    ['HOST_MISSING', 'host', 'Install the Cardwright host', initialize(new CardwrightError('HOST_MISSING'))],
    ['HOST_FORBIDDEN', 'host', 'Tell your help desk', initialize(new CardwrightError('HOST_FORBIDDEN'))],
    ['HOST_CRASHED', 'host', 'Try again', { listError: new CardwrightError('HOST_CRASHED').toWire() }],
    ['TIMEOUT', 'host', 'Try again', initialize(new CardwrightError('TIMEOUT'))],
    [
      'PERMISSION_DENIED',
      'site',
      'menu of the extension',
      { listError: new CardwrightError('PERMISSION_DENIED', { permission: 'read' }).toWire() },
    ],
    [
      'PCSC_UNAVAILABLE',
      'reader',
      'Restart the computer',
      { listError: new CardwrightError('PCSC_UNAVAILABLE').toWire() },
    ],
    ['TIMEOUT', 'reader', 'Try again', { listError: new CardwrightError('TIMEOUT').toWire() }],
  ])(
    'names %s at the line %s, with its remedy "%s", and goes on once it is mended',
    async (code, line, remedy, script) => {
      const user = await scene.addDevice({ ...script, devices: [yubikey] });
      await user.sees('error');
      expect(await user.lines()).toBe(FAILED_AT[line]);
      const words = await textOf(user.page, 'cardwright-error-pane');
      expect(words).toContain(code);
      expect(words).toContain(remedy);
      expect(await user.focused()).toBe('Refresh');
      await user.script(mended);
      await user.press('Enter');
      await user.closes();
      expect(await user.heard()).toContain('cardwright-issued');
    },
  );

  it('asks for access at once when it is only that', async () => {
    const user = await scene.addDevice({ consent: 'needed', consentAnswer: 'denied', devices: [yubikey] });
    await user.sees('error');
    expect(await user.lines()).toBe(FAILED_AT.site);
    await user.script({ consent: 'needed', consentAnswer: 'granted' });
    await user.click('#retry');
    await user.closes();
  });

  it('says that there is no reader, and goes on by itself when a security key is plugged in', async () => {
    const user = await scene.addDevice({ emptyReaders: [] });
    await user.sees('no-reader');
    expect(await user.lines()).toBe(FAILED_AT.reader);
    expect(await textOf(user.page, 'cardwright-error-pane')).toContain('NO_READER');
    expect(await user.focused()).toBe('Refresh');
    await user.setDevices(yubikey);
    await user.closes();
    expect(await user.heard()).toContain('cardwright-issued');
  });

  it('stays where it is on Refresh while there is no reader, and goes on when one is found', async () => {
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

  it('says so when the smart card service stops while it waits for a reader', async () => {
    const user = await scene.addDevice({ emptyReaders: [] });
    await user.sees('no-reader');
    await user.script({ listError: new CardwrightError('PCSC_UNAVAILABLE').toWire() });
    await user.click('#retry');
    await user.sees('error');
    expect(await user.lines()).toBe(FAILED_AT.reader);
  });

  it('says so by itself when the service stops while it waits for a device, since then there are no readers either', async () => {
    const user = await scene.addDevice({ devices: [] });
    await user.sees('connect');
    await user.script({ listError: new CardwrightError('PCSC_UNAVAILABLE').toWire() });
    await user.page.evaluate(() => window.extension.setDevices([], []));
    await user.sees('error');
    await user.reads('PCSC_UNAVAILABLE');
  });

  it('asks for what else an issuance needs where the site is granted less', async () => {
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

  it('says so where the site is granted less for good', async () => {
    const user = await scene.addDevice({ granted: ['read'], grantable: ['read', 'use'], devices: [yubikey] });
    await user.sees('error');
    await user.reads('PERMISSION_DENIED');
    expect(await user.lines()).toBe(FAILED_AT.site);
    await user.script({ grantable: ['read', 'use', 'manage'] });
    await user.click('#retry');
    await user.closes();
  });

  it('tells a lost extension from a crashed host', async () => {
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

  it('can be cancelled at every line, and nothing runs then', async () => {
    const user = await scene.addDevice({ emptyReaders: [] });
    await user.sees('no-reader');
    await user.press('Escape');
    await user.closes();
    await user.setDevices(yubikey);
    expect((await user.called()).at(-1)).toBe('closed');
    expect(scene.cms.calls).toEqual([]);
  });
});
