import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { WindowContent } from '../../../extension/src/own-window-content.js';
import { openTabs, openWindows, raisedWindows, resetFakeChrome } from '../../support/fake-chrome.js';
import { OWN, WindowPort } from './window-port.js';

// These modules need the fake browser when they are loaded.
const { OwnWindows } = await import('../../../extension/src/background/own-windows.js');

const ORIGIN = 'https://portal.example.com';
const SECRET: WindowContent<'display'> = {
  origin: ORIGIN,
  device: 'serial:1',
  label: 'puk',
  owner: null,
  secret: '50281746',
};
const QUESTION: WindowContent<'consent'> = { origin: ORIGIN, classes: ['read'] };
const [ONE, TWO] = [
  { tabId: 11, session: 'one' },
  { tabId: 12, session: 'two' },
];
const never = new AbortController().signal;

let windows: InstanceType<typeof OwnWindows>;

/** Two tabs, each in front in a window of its own. The first window has the focus. */
beforeEach(() => {
  resetFakeChrome();
  windows = new OwnWindows();
  openWindows.push(
    { id: 1, incognito: false, focused: true, state: 'normal' },
    { id: 2, incognito: false, focused: false, state: 'normal' },
  );
  openTabs.push({ id: ONE.tabId, windowId: 1, active: true }, { id: TWO.tabId, windowId: 2, active: true });
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lists the addresses of the extension's open windows. */
const addresses = (): string[] => openWindows.flatMap(({ url }) => url ?? []);

const outcome = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('the windows of two tabs', () => {
  it('are open side by side, and each answer goes to the tab of its window', async () => {
    const first = windows.ask('display', SECRET, { owner: ONE, signal: never });
    const second = outcome(windows.ask('display', { ...SECRET, secret: '123456' }, { owner: TWO, signal: never }));
    await turn();
    const [one, two] = addresses().map((address) => new WindowPort(windows, address));
    expect(one?.heard).toEqual([{ show: SECRET }]);
    expect(two?.heard).toEqual([{ show: { ...SECRET, secret: '123456' } }]);
    two?.close();
    expect(await second).toMatchObject({ code: 'USER_CANCELLED' });
    expect(addresses()).toHaveLength(1);
    await expect(windows.requireAllowed(TWO.tabId)).resolves.toBeUndefined();
    one?.answer({});
    expect(await first).toEqual({});
    expect(addresses()).toEqual([]);
  });

  it('end each with its own window, also before that has connected', async () => {
    const first = outcome(windows.ask('display', SECRET, { owner: ONE, signal: never }));
    const second = windows.ask('display', SECRET, { owner: TWO, signal: never });
    await turn();
    const [one, two] = openWindows.filter(({ url }) => url !== undefined);
    windows.closed(one?.id ?? 0);
    expect(await first).toMatchObject({ code: 'USER_CANCELLED' });
    new WindowPort(windows, two?.url ?? '').answer({});
    expect(await second).toEqual({});
  });
});

describe('the window of a tab', () => {
  it('is the only one of that tab', async () => {
    const first = windows.ask('display', SECRET, { owner: ONE, signal: never });
    expect(await outcome(windows.ask('display', SECRET, { owner: ONE, signal: never }))).toMatchObject({
      code: 'WINDOW_NOT_ALLOWED',
    });
    expect(await outcome(windows.requireAllowed(ONE.tabId))).toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    await turn();
    const [address = ''] = addresses();
    new WindowPort(windows, address).answer({});
    await first;
    await expect(windows.requireAllowed(ONE.tabId)).resolves.toBeUndefined();
  });

  it('sends nothing under a guessed token, or to a page of another sender', async () => {
    const gone = new AbortController();
    const answer = outcome(windows.ask('display', SECRET, { owner: ONE, signal: gone.signal }));
    await turn();
    const [address = ''] = addresses();
    const guessed = new WindowPort(windows, `${OWN}pages/display.html#guessed`);
    const foreign = new WindowPort(windows, address, { url: `${ORIGIN}/#${address.split('#')[1] ?? ''}` });
    for (const port of [guessed, foreign]) expect(port).toMatchObject({ isOpen: false, heard: [] });
    gone.abort();
    expect(await answer).toMatchObject({ code: 'CANCELLED' });
  });
});

describe('the question of a site', () => {
  it('is asked only from the tab in front of the window with the focus', async () => {
    expect(await outcome(windows.ask('consent', QUESTION, { owner: TWO, signal: never }))).toMatchObject({
      code: 'WINDOW_NOT_ALLOWED',
    });
    expect(addresses()).toEqual([]);
    const answer = windows.ask('consent', QUESTION, { owner: ONE, signal: never });
    await turn();
    const [address = ''] = addresses();
    new WindowPort(windows, address).answer({ allowed: true });
    expect(await answer).toEqual({ allowed: true });
  });
});

describe('a window behind others', () => {
  let gone: AbortController;
  let answer: Promise<unknown>;
  /** Returns the window of the first tab's session. */
  const own = (): number | undefined => openWindows.find(({ url }) => url !== undefined)?.id;

  beforeEach(async () => {
    gone = new AbortController();
    answer = outcome(windows.ask('display', SECRET, { owner: ONE, signal: gone.signal }));
    await turn();
  });
  afterEach(async () => {
    gone.abort();
    await answer;
    jest.restoreAllMocks();
  });

  it('comes to the front when the user of its page wants it', async () => {
    await windows.raise(ONE, { isActive: true });
    expect(raisedWindows).toEqual([own()]);
  });

  it.each<[string, { tabId: number; session: string }, boolean]>([
    ['its own page without a click', ONE, false],
    ['another tab', TWO, true],
    ['another session of its tab', { ...ONE, session: 'other' }, true],
    ['a session that names its tab from another one', { ...TWO, session: 'one' }, true],
  ])('stays behind for %s', async (_, owner, isActive) => {
    expect(await outcome(windows.raise(owner, { isActive }))).toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    expect(raisedWindows).toEqual([]);
  });

  it('stays behind for a page that its user does not look at', async () => {
    openTabs.splice(0, openTabs.length, { id: ONE.tabId, windowId: 1, active: false });
    expect(await outcome(windows.raise(ONE, { isActive: true }))).toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    openTabs.splice(0, openTabs.length, { id: ONE.tabId, windowId: 2, active: true });
    expect(await outcome(windows.raise(ONE, { isActive: true }))).toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    expect(raisedWindows).toEqual([]);
  });

  it('comes to the front once for each click, however often the page asks', async () => {
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now);
    await windows.raise(ONE, { isActive: true });
    expect(await outcome(windows.raise(ONE, { isActive: true }))).toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    jest.spyOn(Date, 'now').mockReturnValue(now + 5_000);
    await windows.raise(ONE, { isActive: true });
    expect(raisedWindows).toHaveLength(2);
  });

  it('does not come to the front once it has closed', async () => {
    gone.abort();
    await answer;
    expect(await outcome(windows.raise(ONE, { isActive: true }))).toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
  });
});

describe('a window that stays open during work', () => {
  /** Begins the work, with its user's answer given. @returns the outcome, and its window's end of the port */
  async function keep(work: (gone: AbortSignal) => Promise<string>) {
    const outcomeOfWork = outcome(
      windows.askAndKeep('display', SECRET, { owner: ONE, signal: never }, (_, gone) => work(gone)),
    );
    await turn();
    const port = new WindowPort(windows, addresses()[0] ?? '');
    port.answer({});
    await turn();
    return { outcomeOfWork, port };
  }

  it('is the only one of its tab meanwhile, and closes afterwards', async () => {
    let finish: (value: string) => void = () => undefined;
    const { outcomeOfWork } = await keep(() => new Promise((resolve) => (finish = resolve)));
    await expect(windows.requireAllowed(ONE.tabId)).rejects.toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    finish('done');
    expect(await outcomeOfWork).toBe('done');
    expect(addresses()).toEqual([]);
  });

  it('ends the work when its user closes it', async () => {
    const told: unknown[] = [];
    const { outcomeOfWork, port } = await keep((gone) => {
      gone.addEventListener('abort', () => told.push(gone.reason));
      return new Promise(() => undefined);
    });
    port.close();
    expect(await outcomeOfWork).toMatchObject({ code: 'USER_CANCELLED' });
    expect(told).toMatchObject([{ code: 'USER_CANCELLED' }]);
  });
});

describe('the time of a window', () => {
  const MINUTE = 60_000;
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
  afterEach(() => void jest.useRealTimers());

  it('lasts ten minutes, which its user can extend ten times', async () => {
    const answer = outcome(windows.ask('display', SECRET, { owner: ONE, signal: never }));
    await turn();
    const [address = ''] = addresses();
    const port = new WindowPort(windows, address);
    for (let times = 0; times < 10; times += 1) {
      jest.advanceTimersByTime(10 * MINUTE - 1);
      port.extend();
    }
    jest.advanceTimersByTime(10 * MINUTE - 1);
    port.extend();
    await turn();
    expect(addresses()).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(await answer).toMatchObject({ code: 'USER_TIMEOUT' });
  });
});
