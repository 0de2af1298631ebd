import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Check } from '../../../extension/src/background/checking-windows.js';
import type { WindowContent } from '../../../extension/src/own-window-content.js';
import { openTabs, openWindows, resetFakeChrome } from '../../support/fake-chrome.js';
import { WindowPort } from './window-port.js';

// These modules need the fake browser when they are loaded.
const { OwnWindows } = await import('../../../extension/src/background/own-windows.js');
const { CHECK_LIMIT } = await import('../../../extension/src/background/checking-windows.js');

/** Any content of a question; its subject is given separately. */
const FIRST: WindowContent<'display'> = {
  origin: 'https://portal.example.com',
  device: 'serial:1',
  label: 'puk',
  owner: null,
  secret: '50281746',
};
const AGAIN = { ...FIRST, secret: '123456' };
const ONE = { tabId: 11, session: 'one' };
const TWO = { tabId: 12, session: 'two' };
const never = new AbortController().signal;

let windows: InstanceType<typeof OwnWindows>;
let command: AbortController;

/** Two tabs, each in front in a window of its own. */
beforeEach(() => {
  resetFakeChrome();
  windows = new OwnWindows();
  command = new AbortController();
  openWindows.push(
    { id: 1, incognito: false, focused: true, state: 'normal' },
    { id: 2, incognito: false, focused: false, state: 'normal' },
  );
  openTabs.push({ id: ONE.tabId, windowId: 1, active: true }, { id: TWO.tabId, windowId: 2, active: true });
});

/** No window or timer outlives its test. */
afterEach(async () => {
  command.abort();
  await turn();
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const addresses = (): string[] => openWindows.flatMap(({ url }) => url ?? []);
const outcome = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

const check = (changes: Partial<Check> = {}): Check => ({
  mayAskAgain: true,
  command: command.signal,
  subject: 'the PIN of serial:1',
  ...changes,
});

/** Asks, and lets all pending callbacks run. */
async function ask(content = FIRST, how = check(), owner = ONE, signal = never) {
  const answer = outcome(windows.ask('display', content, { owner, signal }, how));
  await turn();
  return { answer };
}

/** Asks once, and answers, so that the window is kept. @returns its end of the port, and its address */
async function answered(how = check()) {
  const { answer } = await ask(FIRST, how);
  const [address = ''] = addresses();
  const port = new WindowPort(windows, address);
  port.answer({});
  expect(await answer).toEqual({});
  await turn();
  return { port, address };
}

describe('the window of an answer being checked', () => {
  it('stays, asks again in place, and closes with the last answer', async () => {
    const { port, address } = await answered();
    expect(addresses()).toEqual([address]);
    const { answer } = await ask(AGAIN, check({ mayAskAgain: false }));
    expect(addresses()).toEqual([address]);
    expect(port.heard).toEqual([{ show: FIRST }, { show: AGAIN }]);
    port.answer({});
    expect(await answer).toEqual({});
    expect(addresses()).toEqual([]);
  });

  it('closes at once if nothing can be asked again', async () => {
    await answered(check({ mayAskAgain: false }));
    expect(addresses()).toEqual([]);
  });

  it('closes when the command has ended, also before its answer came', async () => {
    await answered();
    command.abort();
    await turn();
    expect(addresses()).toEqual([]);
    await answered();
    expect(addresses()).toEqual([]);
  });

  it('gives each question its whole time, and stops the time in between', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const first = await ask();
    const port = new WindowPort(windows, addresses()[0] ?? '');
    jest.advanceTimersByTime(599_999);
    port.answer({});
    await first.answer;
    await turn();
    jest.advanceTimersByTime(CHECK_LIMIT - 1);
    const { answer } = await ask(AGAIN);
    jest.advanceTimersByTime(599_999);
    await turn();
    expect(addresses()).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(await answer).toMatchObject({ code: 'USER_TIMEOUT' });
    expect(addresses()).toEqual([]);
    jest.useRealTimers();
  });

  it('closes after half a minute, and a later question gets its own window', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { address } = await answered();
    jest.advanceTimersByTime(CHECK_LIMIT);
    await turn();
    expect(addresses()).toEqual([]);
    jest.useRealTimers();
    const { answer } = await ask(AGAIN);
    expect(addresses()).not.toContain(address);
    expect(addresses()).toHaveLength(1);
    command.abort();
    windows.closed(openWindows.at(-1)?.id ?? 0);
    expect(await answer).toMatchObject({ code: 'USER_CANCELLED' });
  });

  it("answers this command's next question, and no other, if its user closes it meanwhile", async () => {
    const { port } = await answered();
    openWindows.splice(2);
    port.close();
    await turn();
    expect(await (await ask(AGAIN)).answer).toMatchObject({ code: 'USER_CANCELLED' });
    expect(addresses()).toEqual([]);
    const next = new AbortController();
    const { answer } = await ask(AGAIN, check({ command: next.signal, mayAskAgain: false }));
    new WindowPort(windows, addresses()[0] ?? '').answer({});
    expect(await answer).toEqual({});
  });

  it('answers the same way if its user closes it right after the answer', async () => {
    const { answer } = await ask();
    const port = new WindowPort(windows, addresses()[0] ?? '');
    port.answer({});
    port.close();
    openWindows.splice(2);
    expect(await answer).toEqual({});
    expect(await (await ask(AGAIN)).answer).toMatchObject({ code: 'USER_CANCELLED' });
  });
});

describe('attacks on the window of an answer being checked', () => {
  it.each<[string, { tabId: number; session: string }, Partial<Check>]>([
    ['another session of its tab', { ...ONE, session: 'other' }, {}],
    ['another command of its session', ONE, { command: never }],
    ['a question about something else', ONE, { subject: 'the PIN of serial:2' }],
  ])('gives %s a window of its own, after closing the kept one', async (_, owner, changes) => {
    const { port, address } = await answered();
    const gone = new AbortController();
    const { answer } = await ask(AGAIN, check(changes), owner, gone.signal);
    expect(port.heard).toEqual([{ show: FIRST }]);
    expect(addresses()).toHaveLength(1);
    expect(addresses()).not.toContain(address);
    // Messages from the closed window answer nothing.
    port.answer({});
    port.close();
    new WindowPort(windows, addresses()[0] ?? '').close();
    expect(await answer).toMatchObject({ code: 'USER_CANCELLED' });
  });

  it('refuses the window to a session that names its tab and session from another tab', async () => {
    const { port, address } = await answered();
    const gone = new AbortController();
    const { answer } = await ask(AGAIN, check(), { ...TWO, session: ONE.session }, gone.signal);
    expect(port.heard).toEqual([{ show: FIRST }]);
    expect(addresses()).toEqual([address, expect.any(String)]);
    gone.abort();
    expect(await answer).toMatchObject({ code: 'CANCELLED' });
  });

  it('blocks no other window of its tab, and none of another tab', async () => {
    const { address } = await answered();
    await expect(windows.requireAllowed(ONE.tabId)).resolves.toBeUndefined();
    const consent = outcome(
      windows.ask('consent', { origin: FIRST.origin, classes: ['read'] }, { owner: ONE, signal: never }),
    );
    await turn();
    expect(addresses()).toEqual([expect.stringContaining('/consent.html')]);
    expect(addresses()).not.toContain(address);
    expect(await (await ask(AGAIN)).answer).toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    new WindowPort(windows, addresses()[0] ?? '').answer({ allowed: false });
    expect(await consent).toEqual({ allowed: false });
  });

  it('asks nothing for a page that its user no longer looks at', async () => {
    const { port } = await answered();
    openTabs.splice(0, openTabs.length, { id: ONE.tabId, windowId: 1, active: false });
    expect(await (await ask(AGAIN)).answer).toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    expect(port.heard).toEqual([{ show: FIRST }]);
    expect(addresses()).toEqual([]);
  });

  it('does not take a second answer as the answer to the next question', async () => {
    const { port } = await answered();
    port.answer({});
    const gone = new AbortController();
    const { answer } = await ask(AGAIN, check(), ONE, gone.signal);
    const open = await Promise.race([answer, turn().then(() => 'open')]);
    expect(open).toBe('open');
    gone.abort();
    expect(await answer).toMatchObject({ code: 'CANCELLED' });
    expect(addresses()).toEqual([]);
  });

  it('lets no page connect under its token or bring it to the front', async () => {
    const { port, address } = await answered();
    expect(new WindowPort(windows, address)).toMatchObject({ isOpen: false, heard: [] });
    expect(await outcome(windows.raise(ONE, { isActive: true }))).toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    expect(port.isOpen).toBe(true);
  });
});
