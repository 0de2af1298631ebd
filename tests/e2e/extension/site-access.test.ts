// Alone proves: the question for a site is shown to its own front tab, at a click.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pressButton, patiently } from '@cardwright/stage';
import { refocus } from '../../support/armed-button.js';
import { ExtensionStage, pressToClose } from '../../support/extension-stage.js';
import { letAskAgain, openMenuOver } from '../../support/toolbar-menu.js';
import { WireSession, runUnasked } from '../../support/wire-page.js';
import { thoroughIt } from '../../support/thorough.js';

let stage: ExtensionStage;

beforeAll(async () => {
  stage = await ExtensionStage.open();
});

beforeEach(async () => {
  await stage.startOver();
});

afterAll(async () => {
  await stage.close();
});

const consentOf = (answer: { error?: { data: { details?: object } } }) => answer.error?.data.details;

describe('a site without a decision', () => {
  it('learns only that consent is needed, and no host is started', async () => {
    const session = await WireSession.open(await stage.page());
    const { error, result } = await session.initialize();
    expect(result).toBeUndefined();
    expect(error?.data).toEqual({ name: 'SITE_NOT_GRANTED', details: { consent: 'needed' } });
    expect(await session.code('device.list')).toBe('NOT_INITIALIZED');
    expect(stage.hostNotes()).toEqual([]);
  });

  it('is asked about in a window that shows its origin and its request', async () => {
    const session = await WireSession.open(await stage.page());
    const answer = session.call('access.request', { classes: ['manage', 'read'] });
    const consent = await stage.window('consent');
    await consent.waitForSelector('#allow:not(:disabled)');
    expect(await consent.$eval('#origin', (line) => line.textContent)).toBe(stage.portal.origin);
    expect(await consent.$$eval('#classes strong', (all) => all.map((one) => one.textContent))).toEqual([
      'See your devices',
      'Write to your devices',
    ]);
    await pressButton(consent, '#allow');
    expect((await answer).result).toEqual({ granted: ['read', 'manage'] });
    const { result } = await session.initialize();
    expect(result).toMatchObject({
      protocol: { major: 3, minor: 0 },
      versions: { sdk: '0.1.0', extension: '0.1.0', host: '0.1.0' },
      granted: ['read', 'manage'],
    });
    expect(result?.capabilities).toEqual(expect.arrayContaining(['session', 'display', 'step', 'piv']));
    expect(stage.received('initialize')).toEqual([
      expect.objectContaining({ origin: stage.portal.origin, cms: stage.portal.keys, extension: '0.1.0' }),
    ]);
  });

  it('cannot be allowed by Enter or by a click that comes with the window', async () => {
    const session = await WireSession.open(await stage.page());
    const answer = session.call('access.request', { classes: ['read'] });
    const consent = await stage.window('consent');
    expect(await consent.$eval('#cancel', (button) => button === document.activeElement)).toBe(true);
    expect(await refocus(consent, '#allow')).toEqual([true, true]);
    await consent.waitForSelector('#allow:not(:disabled)');
    await pressToClose(consent, 'Enter');
    expect(consentOf(await answer)).toEqual({ consent: 'denied' });
  });

  it('is not asked about again after a refusal, until the user withdraws it', async () => {
    const session = await WireSession.open(await stage.page());
    const answer = session.call('access.request', { classes: ['read'] });
    const consent = await stage.window('consent');
    await pressButton(consent, '#cancel');
    expect(consentOf(await answer)).toEqual({ consent: 'denied' });
    expect(consentOf(await session.initialize())).toEqual({ consent: 'denied' });
    expect(consentOf(await session.call('access.request', { classes: ['read'] }))).toEqual({ consent: 'denied' });
    const options = await stage.ownPage('options');
    await pressButton(options, `#sites button[aria-label$="${stage.portal.origin}"]`);
    await options.waitForFunction((origin) => !document.body.textContent.includes(origin), {}, stage.portal.origin);
    await session.page.bringToFront();
    await stage.allow(session, ['read']);
    expect((await session.initialize()).error).toBeUndefined();
  });

  it('gets nothing when the window is closed, and asks again as soon as its user allows it in the menu', async () => {
    const session = await WireSession.open(await stage.page());
    const answer = session.call('access.request', { classes: ['read'] });
    const consent = await stage.window('consent');
    await pressToClose(consent, 'Escape');
    expect(consentOf(await answer)).toEqual({ consent: 'denied' });
    expect(await stage.remembered()).not.toHaveProperty(`site:${stage.portal.origin}`);
    expect(consentOf(await session.call('access.request', { classes: ['read'] }))).toEqual({ consent: 'denied' });
    const menu = await openMenuOver(stage.chromium.browser, session.page);
    await menu.waitForSelector('#refused:not([hidden])');
    expect(await menu.$eval('#refused-origin', (line) => line.textContent)).toBe(stage.portal.origin);
    await menu.close();
    await letAskAgain(stage.chromium.browser, session.page);
    await stage.allow(session, ['read']);
    expect((await session.initialize()).error).toBeUndefined();
  });

  thoroughIt('is asked about in one window, however many of its sessions ask', async () => {
    const page = await stage.page();
    const [one, two] = [await WireSession.open(page), await WireSession.open(page)];
    const answers = [one, two].map((session) => session.call('access.request', { classes: ['read'] }));
    const consent = await stage.window('consent');
    await pressButton(consent, '#allow');
    for (const answer of answers) expect((await answer).result).toEqual({ granted: ['read'] });
    expect(stage.openWindows()).toBe(0);
  });

  it('cannot open a window from a tab that is not in front', async () => {
    const session = await WireSession.open(await stage.page());
    await stage.page();
    expect(await session.code('access.request', { classes: ['read'] })).toBe('WINDOW_NOT_ALLOWED');
    expect(stage.openWindows()).toBe(0);
  });

  it('closes its window with its page', async () => {
    const session = await WireSession.open(await stage.page());
    session.call('access.request', { classes: ['read'] }).catch(() => null);
    const consent = await stage.window('consent');
    const gone = new Promise((resolve) => consent.once('close', resolve));
    await session.page.close();
    await gone;
    expect(stage.openWindows()).toBe(0);
  });
});

describe('a page that wants a window without its user', () => {
  const ASK = `(async () => {
    const session = hello();
    await hear(session, ({ cardwright }) => cardwright === 'ready');
    const { error } = await call(session, 'access.request', { classes: ['read'] });
    return error.data;
  })()`;
  const needed = { name: 'SITE_NOT_GRANTED', details: { consent: 'needed' } };

  const tricks: readonly (readonly [how: string, trick: string])[] = [
    ['it simply asks', ''],
    [
      'it clicks on itself',
      `document.body.click();
       for (const type of ['pointerdown', 'mousedown', 'pointerup', 'click'])
         document.body.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true }));
       dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));`,
    ],
    // It changes the page for good, so it comes last.
    [
      'it says that its user is active',
      `const active = { get: () => ({ isActive: true, hasBeenActive: true }) };
       Object.defineProperty(Navigator.prototype, 'userActivation', active);
       Object.defineProperty(UserActivation.prototype, 'isActive', { get: () => true });`,
    ],
  ];

  it('gets none if it simply asks, clicks on itself or says that its user is active', async () => {
    const page = await stage.page();
    for (const [how, trick] of tricks) expect([how, await runUnasked(page, `${trick};${ASK}`)]).toEqual([how, needed]);
    expect(stage.openWindows()).toBe(0);
  });

  it('gets none if its message contains a member that only the bridge may set', async () => {
    const page = await stage.page();
    const answers = await runUnasked(
      page,
      `(async () => {
        const session = hello();
        await hear(session, ({ cardwright }) => cardwright === 'ready');
        const request = { jsonrpc: '2.0', id: 901, method: 'access.request', params: { classes: ['read'] } };
        sessions[session].port.postMessage({ ...request, isActive: true });
        const one = await hear(session, ({ id }) => id === 901);
        sessions[session].port.postMessage({ message: request, isActive: true });
        const two = await hear(session, ({ id }) => id === null);
        return [one, two].map(({ error }) => error.data.name);
      })()`,
    );
    expect(answers).toEqual(['INVALID_MESSAGE', 'INVALID_MESSAGE']);
    expect(stage.openWindows()).toBe(0);
  });

  it('gets one after a click', async () => {
    const page = await stage.page();
    await page.click('h1');
    const answer = runUnasked(page, ASK);
    await pressButton(await stage.window('consent'), '#cancel');
    expect(await answer).toMatchObject({ details: { consent: 'denied' } });
  });

  it('gets no second one once it was closed, however often its user clicks, and does not block another site', async () => {
    const victim = await stage.granted();
    const page = patiently(await stage.chromium.browser.newPage());
    await page.goto(stage.portal.origin.replace('localhost', '127.0.0.1'));
    const attacker = await WireSession.open(page);
    const ask = (classes: readonly string[]) => attacker.call('access.request', { classes });
    const answer = ask(['read']);
    await (await stage.window('consent')).close();
    expect(consentOf(await answer)).toEqual({ consent: 'denied' });
    for (const classes of [['read'], ['use'], ['manage'], ['read', 'use', 'manage']]) {
      await page.click('h1');
      expect(consentOf(await ask(classes))).toEqual({ consent: 'denied' });
    }
    expect(stage.openWindows()).toBe(0);
    await victim.page.bringToFront();
    const entry = victim.code('pin.verify', { secrets: { pin: { source: 'user' } } });
    await (await stage.window('secret')).close();
    expect(await entry).toBe('USER_CANCELLED');
    await stage.chromium.stopBackground();
    await page.bringToFront();
    const later = await WireSession.open(page);
    expect(consentOf(await later.call('access.request', { classes: ['read'] }))).toEqual({ consent: 'denied' });
  });

  it('leaves the window of another tab alone while its own question is open', async () => {
    const victim = await stage.granted();
    const page = patiently(await stage.chromium.browser.newPage());
    await page.goto(stage.portal.origin.replace('localhost', '127.0.0.1'));
    const attacker = await WireSession.open(page);
    const answer = attacker.call('access.request', { classes: ['read'] });
    const consent = await stage.window('consent');
    await victim.page.bringToFront();
    const entry = victim.code('pin.verify', { secrets: { pin: { source: 'user' } } });
    await (await stage.window('secret')).close();
    expect(await entry).toBe('USER_CANCELLED');
    await consent.close();
    expect(consentOf(await answer)).toEqual({ consent: 'denied' });
  });
});

describe('a granted site', () => {
  it('loses its session at once when the user revokes the grant in the menu', async () => {
    const session = await stage.granted(['read']);
    const popup = await stage.ownPage('popup');
    await pressButton(popup, `#sites button[aria-label$="${stage.portal.origin}"]`);
    expect(await session.endedBecause()).toEqual({ name: 'SITE_NOT_GRANTED', details: { consent: 'needed' } });
    await stage.hostsEnded(1);
    const again = await WireSession.open(session.page);
    expect(consentOf(await again.initialize())).toEqual({ consent: 'needed' });
  });

  thoroughIt('is asked about again only for further grants', async () => {
    const session = await stage.granted(['read']);
    const answer = session.call('access.request', { classes: ['read', 'use'] });
    const consent = await stage.window('consent');
    expect(await consent.$$eval('#classes li', (all) => all.length)).toBe(1);
    await pressButton(consent, '#allow');
    expect((await answer).result).toEqual({ granted: ['read', 'use'] });
    expect(await session.code('device.open', { device: 'serial:12345678' })).toBeUndefined();
  });
});

describe('a page in a frame', () => {
  it('is ignored', async () => {
    const page = await stage.page('/framed');
    const frame = page.frames().find((one) => one !== page.mainFrame());
    await frame?.waitForSelector('h1');
    const ready = await frame?.evaluate(
      'Promise.race([hear(hello(), (m) => m.cardwright === "ready"), new Promise((done) => setTimeout(done, 1000, "silence"))])',
    );
    expect(ready).toBe('silence');
  });
});
