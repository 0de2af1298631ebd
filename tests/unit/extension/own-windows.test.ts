import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Runtime } from '../../../extension/src/browser.js';
import type { WindowContent } from '../../../extension/src/own-window.js';
import { openTabs, openWindows, resetFakeChrome } from '../../support/fake-chrome.js';

// The polyfill needs the fake browser when it is loaded.
const { OwnWindows } = await import('../../../extension/src/background/own-windows.js');

const ORIGIN = 'https://portal.example.com';
const SECRET: WindowContent<'display'> = { origin: ORIGIN, device: 'serial:1', label: 'puk', secret: '50281746' };
const QUESTION: WindowContent<'consent'> = { origin: ORIGIN, classes: ['read'] };
const OWN = 'chrome-extension://bgndimlbjcagmmnfhehofoeodifnnofp/';
const [ONE, TWO] = [11, 12];
const never = new AbortController().signal;

let windows: InstanceType<typeof OwnWindows>;

/** Two tabs, each in front in a window of its own; the first window has the focus. */
beforeEach(() => {
  resetFakeChrome();
  windows = new OwnWindows();
  openWindows.push(
    { id: 1, incognito: false, focused: true, state: 'normal' },
    { id: 2, incognito: false, focused: false, state: 'normal' },
  );
  openTabs.push({ id: ONE, windowId: 1, active: true }, { id: TWO, windowId: 2, active: true });
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Addresses of the extension's windows that are open. */
const addresses = (): string[] => openWindows.flatMap(({ url }) => url ?? []);

/** The script of a window connects, and hears what to show. */
class WindowPort {
  isOpen = true;
  readonly heard: unknown[] = [];
  #hear: (message: unknown) => void = () => undefined;
  #close: () => void = () => undefined;

  constructor(address: string, sender: Partial<Runtime.MessageSender> = {}) {
    windows.accept({
      name: `window:${address.split('#')[1] ?? ''}`,
      sender: { id: OWN.split('/')[2] ?? '', url: address, ...sender },
      disconnect: () => {
        this.isOpen = false;
      },
      postMessage: (message: unknown) => void this.heard.push(message),
      onMessage: { addListener: (listener: (message: unknown) => void) => (this.#hear = listener) },
      onDisconnect: { addListener: (listener: () => void) => (this.#close = listener) },
    } as unknown as Runtime.Port);
  }

  answer(answer: unknown): void {
    this.#hear({ answer });
  }

  close(): void {
    this.#close();
  }
}

const outcome = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('the windows of two tabs', () => {
  it('are open side by side, and each answer goes to the tab that its window is for', async () => {
    const first = windows.ask('display', SECRET, ONE, never);
    const second = outcome(windows.ask('display', { ...SECRET, secret: '123456' }, TWO, never));
    await turn();
    const [one, two] = addresses().map((address) => new WindowPort(address));
    expect(one?.heard).toEqual([{ show: SECRET }]);
    expect(two?.heard).toEqual([{ show: { ...SECRET, secret: '123456' } }]);
    two?.close();
    expect(await second).toMatchObject({ code: 'USER_CANCELLED' });
    expect(addresses()).toHaveLength(1);
    await expect(windows.requireAllowed(TWO)).resolves.toBeUndefined();
    one?.answer({});
    expect(await first).toEqual({});
    expect(addresses()).toEqual([]);
  });

  it('end each with its own window, also before that has connected', async () => {
    const first = outcome(windows.ask('display', SECRET, ONE, never));
    const second = windows.ask('display', SECRET, TWO, never);
    await turn();
    const [one, two] = openWindows.filter(({ url }) => url !== undefined);
    windows.closed(one?.id ?? 0);
    expect(await first).toMatchObject({ code: 'USER_CANCELLED' });
    new WindowPort(two?.url ?? '').answer({});
    expect(await second).toEqual({});
  });
});

describe('the window of a tab', () => {
  it('is the only one of that tab', async () => {
    const first = windows.ask('display', SECRET, ONE, never);
    expect(await outcome(windows.ask('display', SECRET, ONE, never))).toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    expect(await outcome(windows.requireAllowed(ONE))).toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    await turn();
    const [address = ''] = addresses();
    new WindowPort(address).answer({});
    await first;
    await expect(windows.requireAllowed(ONE)).resolves.toBeUndefined();
  });

  it('is told nothing under a guessed token, nor where a page of another sender connects', async () => {
    const gone = new AbortController();
    const answer = outcome(windows.ask('display', SECRET, ONE, gone.signal));
    await turn();
    const [address = ''] = addresses();
    const guessed = new WindowPort(`${OWN}pages/display.html#guessed`);
    const foreign = new WindowPort(address, { url: `${ORIGIN}/#${address.split('#')[1] ?? ''}` });
    for (const port of [guessed, foreign]) expect(port).toMatchObject({ isOpen: false, heard: [] });
    gone.abort();
    expect(await answer).toMatchObject({ code: 'CANCELLED' });
  });
});

describe('the question of a site', () => {
  it('is asked only from the tab in front of the window with the focus', async () => {
    expect(await outcome(windows.ask('consent', QUESTION, TWO, never))).toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    expect(addresses()).toEqual([]);
    const answer = windows.ask('consent', QUESTION, ONE, never);
    await turn();
    const [address = ''] = addresses();
    new WindowPort(address).answer({ allowed: true });
    expect(await answer).toEqual({ allowed: true });
  });
});
