import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import type { Message } from '@cardwright/protocol/messages';
import { CHECK_LIMIT } from '../../../../extension/src/background/checking-windows.js';
import { blankYubikey } from '../../../support/device-facts.js';
import { openWindows } from '../../../support/fake-chrome.js';
import { settle, type FakePort } from './fake-port.js';
import { SessionStage, type PageSide, type ScriptedHost } from './session-stage.js';

const SEALED = { newPin: 'eyJh..a.b.c', pin: 'eyJh..a.b.c' };
const SECRETS = { pin: { source: 'user' }, newPin: { source: 'user' } };
/** The question as a host of protocol 3.1 asks it. */
const OLDER = {
  secrets: ['pin', 'newPin'],
  device: blankYubikey('1'),
  operation: null,
  rules: { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: false },
  fidoRules: null,
  mayForget: false,
  retriesLeft: 3,
  problem: null,
};
const QUESTION = { ...OLDER, mayAskAgain: true };
const PROBLEM = { retriesLeft: 2, problem: 'PIN_INCORRECT' };
const AGAIN = { ...QUESTION, ...PROBLEM };

let stage: SessionStage;
let page: PageSide;
let host: ScriptedHost;
/** The host's id of the page's command. */
let id: number;
let questions: number;
let window: FakePort;
let address: string;

/** The page has a PIN changed. Its user has answered once, and the device is checking the entry. */
beforeEach(async () => {
  stage = await SessionStage.open();
  ({ page, host } = await stage.openPage());
  questions = 0;
  await change(2);
  ask(QUESTION);
  address = await opened();
  window = stage.window(address);
  window.say({ answer: { sealed: SEALED } });
  await answer();
  progress({ kind: 'command', method: 'pin.change' });
  await settle();
});

afterEach(async () => {
  for (const one of stage.pages) one.port.close();
  await closed();
});

async function change(request: number): Promise<void> {
  host.answers = { ...host.answers, 'pin.change': () => null };
  page.say({ jsonrpc: '2.0', id: request, method: 'pin.change', params: { rules: null, secrets: SECRETS } });
  await settle();
  const sent = host.received.findLast((message) => 'method' in message && message.method === 'pin.change');
  id = Number(sent && 'id' in sent ? sent.id : NaN);
}

const progress = (told: object): void => host.say({ method: '$/progress', params: { id, ...told } });

function ask(question: object): void {
  progress({ kind: 'user', method: 'pin.change' });
  questions += 1;
  host.say({ id: `host-${questions}`, method: 'user.enterSecrets', params: question });
}

/** Returns the answer to the host's last question. */
const answer = (): Promise<Message> =>
  until(() => host.received.find((message) => 'id' in message && message.id === `host-${questions}`), {
    what: 'an answer to the host',
  });

const addresses = (): string[] => openWindows.flatMap(({ url }) => url ?? []);
const opened = (): Promise<string> =>
  until(() => addresses().find((one) => one !== address), { what: 'a window for secrets' });
/** Waits until the window closes, well before its own limit. */
const closed = (): Promise<boolean> =>
  until(() => addresses().length === 0, { what: 'the end of the window', timeout: CHECK_LIMIT / 2 });
const refused = (name: string) => ({ error: { data: { name } } });

describe('a refused PIN', () => {
  it('is asked for again in the same window, with the whole new question', async () => {
    expect(addresses()).toEqual([address]);
    ask({ ...AGAIN, mayAskAgain: false });
    await until(() => window.heard.length === 2, { what: 'the second question' });
    expect(addresses()).toEqual([address]);
    expect(window.heard[1]).toMatchObject({ show: { ...AGAIN, mayAskAgain: false } });
    window.say({ answer: { sealed: SEALED } });
    expect(await answer()).toMatchObject({ result: { sealed: SEALED } });
    await closed();
  });

  it.each<[string, object]>([
    ['of a host that says nothing of asking again, as in protocol 3.1', { ...OLDER, ...PROBLEM }],
    ['that its user may have forgotten', { ...AGAIN, mayForget: true }],
  ])('has its window closed with the answer to a question %s', async (_, question) => {
    ask(question);
    await until(() => window.heard.length === 2, { what: 'the second question' });
    window.say({ answer: { sealed: SEALED } });
    await answer();
    await closed();
    ask(AGAIN);
    expect(await opened()).not.toBe(address);
  });

  it.each<[string, () => unknown]>([
    ['the host answers', () => host.say({ id, result: {} })],
    [
      'the host answers with an error',
      () => host.say({ id, error: { code: 1, message: '', data: { name: 'CARD_REMOVED' } } }),
    ],
    ['the host ends', () => host.port.close('Native host has exited.')],
    [
      'the next command of its step begins',
      () => progress({ kind: 'command', method: 'csr.create', index: 1, count: 2 }),
    ],
    ['the page has to show something else', () => progress({ kind: 'touch', method: 'pin.change' })],
    ['the page cancels', () => page.say({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 2 } })],
    ['the page goes', () => page.port.close()],
  ])('has its window closed when %s', async (_, happen) => {
    happen();
    await closed();
    expect(host.received.filter((message) => 'error' in message)).toEqual([]);
  });

  it('reports USER_CANCELLED only at the next question if the user closes its window', async () => {
    openWindows.splice(1);
    window.close();
    await settle();
    expect(host.received.filter((message) => 'error' in message)).toEqual([]);
    ask(AGAIN);
    expect(await answer()).toMatchObject(refused('USER_CANCELLED'));
    expect(addresses()).toEqual([]);
  });
});

describe('attacks on the window of a PIN being checked', () => {
  it.each<[string, object]>([
    ['device', { device: blankYubikey('2') }],
    ['operation', { operation: '0b0b0b0b-0000-4000-8000-000000000000' }],
    ['secret', { secrets: ['newPin'] }],
  ])('asks about another %s in a window of its own', async (_, changes) => {
    ask({ ...AGAIN, ...changes });
    const other = await opened();
    expect(addresses()).toEqual([other]);
    expect(window.heard).toHaveLength(1);
    stage.window(other).close();
    expect(await answer()).toMatchObject(refused('USER_CANCELLED'));
  });

  it('gives another command of the session its own window, though the first is still open', async () => {
    const first = id;
    await change(3);
    expect(id).not.toBe(first);
    ask(AGAIN);
    expect(await opened()).not.toBe(address);
    expect(window.heard).toHaveLength(1);
  });

  it('keeps no window for a host that asks without a command, and gives it no kept one', async () => {
    host.say({ id, result: {} });
    await closed();
    questions += 1;
    host.say({ id: `host-${questions}`, method: 'user.enterSecrets', params: QUESTION });
    stage.window(await opened()).say({ answer: { sealed: SEALED } });
    await answer();
    await closed();
  });

  it('gives another session of the tab its own window, with its own key', async () => {
    const before = { page, host, id };
    ({ page, host } = await stage.openPage());
    await change(2);
    ask(AGAIN);
    const other = await opened();
    expect(addresses()).toEqual([other]);
    expect(window.heard).toHaveLength(1);
    // The first host cannot ask a second question at once.
    ({ page, host, id } = before);
    ask(AGAIN);
    expect(await answer()).toMatchObject(refused('WINDOW_NOT_ALLOWED'));
  });
});
