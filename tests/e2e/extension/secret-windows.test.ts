// Alone proves: windows for secrets behave in Chromium as their rules say.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { pressButton, until } from '@cardwright/stage';
import { followTrace } from '../../support/inspector-port.js';
import { ExtensionStage, pressToClose } from '../../support/extension-stage.js';
import { BASE_POINT } from '../../support/public-key.js';
import { enteredIn, nextIsEnabled, stateOf } from '../../support/secret-window.js';
import { WireSession } from '../../support/wire-page.js';
import { everyOrNamed, everyOrOneIn, thoroughIt } from '../../support/thorough.js';

const NEW_PIN = '739164';
const PUK = '50281746';
/** The beginning of a sealed or signed value; a key may contain these letters in its middle. */
const JOSE = /"eyJ/;
/** Rules of a device PIN that is shorter than the shortest FIDO PIN of the device. */
const SHORT = { minLength: 4, maxLength: 5, digitsOnly: true, forbidTrivial: true };
const CHANGE = { rules: null, secrets: { pin: { source: 'session' }, newPin: { source: 'user' } } };

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

describe('the window for a new PIN', () => {
  it('shows site and device, checks each rule while typing, and gives a sealed PIN to the host alone', async () => {
    const session = await stage.granted();
    const answer = session.call('pin.change', CHANGE);
    const window = await stage.window('secret');
    expect(await window.$eval('#origin', (line) => line.textContent)).toBe(stage.portal.origin);
    expect(await window.$eval('#device', (line) => line.textContent)).toBe('YubiKeySerial number 12345678');
    expect(await window.evaluate(() => document.activeElement?.id)).toBe('newPin');
    await window.keyboard.type('12345');
    expect(await stateOf(window, 'length')).toBe('open');
    await window.keyboard.type('6');
    expect(await stateOf(window, 'length')).toBe('met');
    expect(await stateOf(window, 'trivial')).toBe('broken');
    await window.keyboard.type('x89');
    expect(await stateOf(window, 'digits')).toBe('broken');
    expect(await stateOf(window, 'length')).toBe('broken');
    await window.$eval('#newPin', (input) => (input as HTMLInputElement).select());
    await window.keyboard.type(NEW_PIN);
    await window.keyboard.press('Tab');
    await window.keyboard.press('Tab');
    expect(await window.evaluate(() => document.activeElement?.id)).toBe('repeated');
    await window.keyboard.type('73917');
    expect(await stateOf(window, 'same')).toBe('broken');
    expect(await nextIsEnabled(window)).toBe(false);
    await window.keyboard.press('Backspace');
    expect(await stateOf(window, 'same')).toBe('open');
    await window.keyboard.type('64');
    expect(await nextIsEnabled(window)).toBe(true);
    await pressToClose(window, 'Enter');
    expect((await answer).result).toEqual({});
    expect(enteredIn(stage)).toEqual([{ newPin: NEW_PIN }]);
    await session.progressed('user');
  });

  it('stays if the device refuses the PIN: it shows the check, then the reason for asking again, with nothing typed', async () => {
    const session = await stage.granted();
    const answer = session.call('pin.change', CHANGE);
    const window = await stage.window('secret');
    const id = await windowId(window);
    expect(await window.$('#problem[hidden]')).not.toBeNull();
    await window.evaluate(noteChecks);
    await typeNewPin(window, '246810');
    await window.keyboard.press('Enter');
    const problem = await window.waitForSelector('#problem[role=alert]:not([hidden])');
    expect(await problem?.evaluate((notice) => notice.textContent.trim())).toBe("The device doesn't accept this PIN.");
    expect(await window.evaluate(() => document.body.dataset.checks)).toBe('Your device is checking your entry …');
    expect(await window.$eval('#checking', (line) => line.textContent)).toBe('');
    expect(await window.$$eval('input', (inputs) => inputs.map(({ value, disabled }) => [value, disabled]))).toEqual([
      ['', false],
      ['', false],
    ]);
    expect(await window.evaluate(() => document.activeElement?.id)).toBe('newPin');
    expect(await nextIsEnabled(window)).toBe(false);
    expect(await windowId(window)).toBe(id);
    expect(stage.openWindows()).toBe(1);
    await enterNewPin(window, NEW_PIN);
    expect((await answer).error).toBeUndefined();
    expect(enteredIn(stage)).toEqual([{ newPin: '246810' }, { newPin: NEW_PIN }]);
  });

  it('keeps a new PIN, as dots, if only the current one was wrong, and asks for that one alone', async () => {
    const { session, window } = await changeOwnPin();
    await window.type('#pin', '999999');
    await typeNewPin(window, NEW_PIN);
    // What was shown is not shown while the device checks, and not afterwards.
    for (const toggle of await window.$$('.toggle[aria-pressed=false]')) await toggle.click();
    await window.focus('#pin');
    await window.keyboard.press('Enter');
    await window.waitForSelector('#problem[role=alert]:not([hidden])');
    expect(await entriesOf(window)).toEqual([
      ['pin', '', 'password', false],
      ['newPin', NEW_PIN, 'password', false],
      ['repeated', NEW_PIN, 'password', false],
    ]);
    expect(await window.evaluate(() => document.activeElement?.id)).toBe('pin');
    expect(await stateOf(window, 'same')).toBe('met');
    expect(await nextIsEnabled(window)).toBe(false);
    await window.keyboard.type('123456');
    await pressToClose(window, 'Enter');
    expect(enteredIn(stage)).toEqual([
      { pin: '999999', newPin: NEW_PIN },
      { pin: '123456', newPin: NEW_PIN },
    ]);
    const heard = await session.page.evaluate('JSON.stringify(sessions.map((session) => session.heard))');
    for (const pin of [NEW_PIN, '999999']) expect(heard).not.toContain(pin);
  });

  it('keeps nothing if the device refuses the new PIN, also after it was kept once', async () => {
    const { window } = await changeOwnPin();
    const empty = ['pin', 'newPin', 'repeated'].map((id) => [id, '', 'password', false]);
    await window.type('#pin', '999999');
    await typeNewPin(window, '246810');
    await window.keyboard.press('Enter');
    await window.waitForSelector('#problem[role=alert]:not([hidden])');
    await window.type('#pin', '123456');
    await window.keyboard.press('Enter');
    await window.waitForFunction(() => document.querySelector<HTMLInputElement>('#newPin')?.value === '');
    expect(await entriesOf(window)).toEqual(empty);
    await window.close();
  });

  it.each(everyOrNamed(['the Cancel button', 'Escape'], 'the Cancel button'))(
    'warns before it is left by %s, returns to the entry by default, and otherwise notifies the host',
    async (way) => {
      const session = await stage.granted();
      const answer = session.code('pin.change', CHANGE);
      const window = await stage.window('secret');
      await window.type('#newPin', '7391');
      const leave = () => (way === 'Escape' ? window.keyboard.press('Escape') : pressButton(window, '#cancel'));
      for (const back of ['Enter', 'Escape'] as const) {
        await leave();
        await window.waitForSelector('dialog[open] [data-answer=stay]:focus');
        await window.keyboard.press(back);
        await window.waitForSelector('dialog', { hidden: true });
        expect(await window.$eval('#newPin', (input) => (input as HTMLInputElement).value)).toBe('7391');
      }
      await leave();
      await pressButton(window, 'dialog[open] [data-answer=leave]');
      expect(await answer).toBe('USER_CANCELLED');
    },
  );

  it('closes at once if the device keeps its PIN', async () => {
    const session = await stage.granted();
    const secrets = { ...CHANGE.secrets, pin: { source: 'user' } };
    const answer = session.code('pin.change', { ...CHANGE, secrets });
    const window = await stage.window('secret');
    await window.type('#newPin', '7391');
    await pressToClose(window, 'Escape');
    expect(await answer).toBe('USER_CANCELLED');
  });

  const shares: readonly (readonly [what: string, shared: boolean, rules: typeof SHORT | null, words: string])[] = [
    ['is', true, null, 'This is also your FIDO PIN: you use it to sign in with a passkey too.'],
    [
      'may be',
      false,
      null,
      'This is your device PIN. If your FIDO PIN meets the rules below, you may use the same one.',
    ],
    ['can never be', false, SHORT, ''],
  ];

  it.each(everyOrOneIn(3, shares))(
    'explains whether the new PIN %s that of the passkeys too',
    async (_what, shared, rules, words) => {
      const session = await stage.granted();
      const answer = session.call('pin.change', { ...CHANGE, rules, shared });
      const window = await stage.window('secret');
      await window.waitForSelector('#newPin');
      expect(await window.$eval('#which', (line) => ((line as HTMLElement).hidden ? '' : line.textContent))).toBe(
        words,
      );
      await enterNewPin(window, rules ? '7391' : NEW_PIN);
      expect((await answer).error).toBeUndefined();
    },
  );

  thoroughIt('tells the host that the user cancelled by closing the window', async () => {
    const session = await stage.granted();
    const answer = session.code('pin.change', CHANGE);
    await (await stage.window('secret')).close();
    expect(await answer).toBe('USER_CANCELLED');
  });

  it('comes to the front for its own page, after a click of the user there, and for nobody else', async () => {
    const session = await stage.granted();
    const other = await anotherSession(session.page);
    const answer = session.code('pin.change', CHANGE);
    const window = await stage.window('secret');
    await session.page.bringToFront();
    expect(await other.code('window.show')).toBe('WINDOW_NOT_ALLOWED');
    expect((await session.call('window.show')).result).toEqual({});
    expect(await session.code('window.show')).toBe('WINDOW_NOT_ALLOWED');
    const elsewhere = await anotherSession(await stage.page());
    expect(await elsewhere.code('window.show')).toBe('WINDOW_NOT_ALLOWED');
    await window.close();
    expect(await answer).toBe('USER_CANCELLED');
  });

  thoroughIt('is the only one of its tab: another session there gets WINDOW_NOT_ALLOWED meanwhile', async () => {
    const one = await stage.granted();
    const two = await anotherSession(one.page);
    const answer = one.code('pin.change', CHANGE);
    const window = await stage.window('secret');
    expect(await two.code('pin.change', CHANGE)).toBe('WINDOW_NOT_ALLOWED');
    await window.close();
    expect(await answer).toBe('USER_CANCELLED');
  });

  it('does not block the window of another tab', async () => {
    const one = await stage.granted();
    const first = one.code('pin.verify', { secrets: { pin: { source: 'user' } } });
    const window = await stage.window('secret');
    const two = await anotherSession(await stage.page());
    const second = two.code('pin.change', CHANGE);
    const other = await until(() => otherThan(window), { what: 'the window of the second tab' });
    await other.waitForSelector('#newPin');
    await other.close();
    expect(await second).toBe('USER_CANCELLED');
    await window.bringToFront();
    await window.type('#pin', '654321');
    await pressToClose(window, 'Enter');
    expect(await first).toBeUndefined();
  });

  it("seals to the host's key, and a page that offers its own key is refused or ignored", async () => {
    const session = await stage.granted();
    const key = BASE_POINT;
    const host = { key };
    for (const params of [
      { ...CHANGE, host },
      { ...CHANGE, session: host },
      { ...CHANGE, secrets: { ...CHANGE.secrets, newPin: { source: 'user', key } } },
    ])
      expect(await session.code('pin.change', params)).toBe('INVALID_PARAMS');
    const version = { major: 3, minor: 0 };
    const opening = { protocol: { min: version, max: version }, sdk: '0.1.0', session: host };
    expect(await (await WireSession.open(session.page)).code('initialize', opening)).toBe('INVALID_PARAMS');
    const answer = session.call('pin.change', CHANGE);
    const window = await stage.window('secret');
    const request = { secrets: ['newPin'], host, device: {}, operation: null, rules: {}, retriesLeft: null };
    await session.post({ jsonrpc: '2.0', id: 'host-1', method: 'user.enterSecrets', params: request });
    await session.post({ jsonrpc: '2.0', id: 'host-1', result: { session: host } });
    await enterNewPin(window, NEW_PIN);
    expect((await answer).error).toBeUndefined();
    // Only the holder of the private key could open it.
    expect(enteredIn(stage)).toEqual([{ newPin: NEW_PIN }]);
  });
});

describe('the window for a known secret', () => {
  it('shows the remaining tries', async () => {
    const session = await stage.granted();
    const answer = session.code('pin.verify', { secrets: { pin: { source: 'user' } } });
    const window = await stage.window('secret');
    expect(await window.$eval('#tries-text', (line) => line.textContent)).toBe('Attempts left: 3');
    expect(await window.$('.rules li')).toBeNull();
    await window.type('#pin', '654321');
    await pressToClose(window, 'Enter');
    expect(await answer).toBeUndefined();
    expect(enteredIn(stage)).toEqual([{ pin: '654321' }]);
  });

  it('asks for PUK and new PIN together, and warns before the last try', async () => {
    const session = await stage.granted();
    const answer = session.code('pin.unblock', {
      rules: null,
      secrets: { puk: { source: 'user' }, newPin: { source: 'user' } },
    });
    const window = await stage.window('secret');
    expect(await window.$eval('#tries.warning', (line) => line.textContent.trim())).toMatch(/^One attempt left/);
    await window.type('#puk', PUK);
    await enterNewPin(window, NEW_PIN);
    expect(await answer).toBeUndefined();
    expect(enteredIn(stage)).toEqual([{ puk: PUK, newPin: NEW_PIN }]);
  });

  it('shows the typed text, and hides it again, with the switch beside the field', async () => {
    const session = await stage.granted();
    const answer = session.code('pin.verify', { secrets: { pin: { source: 'user' } } });
    const window = await stage.window('secret');
    expect(await window.$('#pin[type=password]')).not.toBeNull();
    await pressButton(window, '.toggle[aria-pressed=false]');
    await window.waitForSelector('#pin[type=text]');
    await pressButton(window, '.toggle[aria-pressed=true]');
    await window.waitForSelector('#pin[type=password]');
    await window.close();
    expect(await answer).toBe('USER_CANCELLED');
  });
});

describe('the trace of the messages', () => {
  it('has every message, and neither PIN nor PUK nor anything sealed', async () => {
    const readTrace = await followTrace(await stage.ownPage('options'));
    const session = await stage.granted();
    const answer = session.code('pin.unblock', {
      rules: null,
      secrets: { puk: { source: 'user' }, newPin: { source: 'user' } },
    });
    const window = await stage.window('secret');
    await window.type('#puk', PUK);
    await enterNewPin(window, NEW_PIN);
    await answer;
    const jws = await stage.signForDisplay(session, NEW_PIN);
    const shown = session.code('secret.display', { jws });
    await pressButton(await stage.window('display'), '#done');
    await shown;
    const trace = await readTrace();
    for (const word of ['pin.unblock', 'user.enterSecrets', 'secret.display', '$/progress'])
      expect(trace).toContain(word);
    for (const secret of [NEW_PIN, PUK, jws]) expect(trace).not.toContain(secret);
    expect(trace).not.toMatch(JOSE);
    const page = await session.page.evaluate('JSON.stringify(sessions.map((session) => session.heard))');
    for (const secret of [NEW_PIN, PUK]) expect(page).not.toContain(secret);
    expect(page).not.toMatch(JOSE);
  });
});

/** Opens the window in which a user changes a PIN that they know. */
async function changeOwnPin(): Promise<{ readonly session: WireSession; readonly window: Page }> {
  const session = await stage.granted();
  const secrets = { ...CHANGE.secrets, pin: { source: 'user' } };
  session.call('pin.change', { ...CHANGE, secrets }).catch(() => null);
  return { session, window: await stage.window('secret') };
}

/** Lists the fields of a window: id, content, type, and whether nothing can be typed. */
const entriesOf = (window: Page): Promise<unknown[]> =>
  window.$$eval('#fields input', (inputs) =>
    inputs.map(({ id, value, type, disabled }) => [id, value, type, disabled]),
  );

async function typeNewPin(window: Page, pin: string): Promise<void> {
  await window.type('#newPin', pin);
  await window.type('#repeated', pin);
}

async function enterNewPin(window: Page, pin: string): Promise<void> {
  await typeNewPin(window, pin);
  await pressToClose(window, 'Enter');
}

/** Returns the browser's id of a window. */
const windowId = (window: Page): Promise<unknown> =>
  window.evaluate('chrome.windows.getCurrent().then(({ id }) => id)');

/** Runs in the window: records its words while the device checks, which may be over at once. */
function noteChecks(): void {
  const line = document.getElementById('checking');
  if (line === null) throw new Error('there is no place for it');
  new MutationObserver(() => {
    document.body.dataset.checks ??= line.textContent;
  }).observe(line, { childList: true });
}

/** Returns the other open window for secrets. */
async function otherThan(window: Page): Promise<Page | undefined> {
  const pages = await stage.chromium.browser.pages();
  return pages.find((page) => page.url() !== window.url() && page.url().includes('/pages/secret.html'));
}

async function anotherSession(page: Page): Promise<WireSession> {
  const session = await WireSession.open(page);
  await session.initialize();
  return session;
}
