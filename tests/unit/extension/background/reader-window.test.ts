import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { until } from '@cardwright/stage';
import type { Message } from '@cardwright/protocol/messages';
import { blankYubikey } from '../../../support/device-facts.js';
import { openWindows } from '../../../support/fake-chrome.js';
import { settle, type FakePort } from './fake-port.js';
import { ORIGIN, SessionStage, type PageSide, type ScriptedHost } from './session-stage.js';

const QUESTION = {
  entries: ['pin', 'newPin', 'newPinAgain', 'confirmPin'],
  device: blankYubikey('1'),
  operation: null,
  rules: { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: false },
  retriesLeft: 3,
  problem: null,
};
const SECRETS = { pin: { source: 'user' }, newPin: { source: 'user' } };

let stage: SessionStage;
let page: PageSide;
let host: ScriptedHost;
/** The host's id of the page's command. */
let id: number;
let questions: number;

beforeEach(async () => {
  stage = await SessionStage.open();
  ({ page, host } = await stage.openPage());
  questions = 0;
  host.answers = { ...host.answers, 'pin.change': () => null };
  const params = { rules: null, pinpad: 'required', secrets: SECRETS };
  page.say({ jsonrpc: '2.0', id: 2, method: 'pin.change', params });
  await settle();
  const sent = host.received.findLast((message) => 'method' in message && message.method === 'pin.change');
  id = Number(sent && 'id' in sent ? sent.id : NaN);
});

afterEach(async () => {
  for (const one of stage.pages) one.port.close();
  await closed();
});

function ask(question: object, method = 'user.useReader'): void {
  host.say({ method: '$/progress', params: { id, kind: 'user', method: 'pin.change' } });
  questions += 1;
  host.say({ id: `host-${questions}`, method, params: question });
}

/** Returns the answer to the host's last question. */
const answer = (): Promise<Message> =>
  until(() => host.received.find((message) => 'id' in message && message.id === `host-${questions}`), {
    what: 'an answer to the host',
  });

const addresses = (): string[] => openWindows.flatMap(({ url }) => url ?? []);
const opened = (): Promise<string> => until(() => addresses()[0], { what: 'a window' });
const closed = (): Promise<boolean> => until(() => addresses().length === 0, { what: 'the end of the window' });

/** Has the user continue at the reader. @returns the window, which stays */
async function atReader(): Promise<FakePort> {
  ask(QUESTION);
  const window = stage.window(await opened());
  window.say({ answer: {} });
  expect(await answer()).toMatchObject({ result: {} });
  await settle();
  return window;
}

describe('the window for an entry at the reader', () => {
  it('shows what the host says, the site, and nothing of that to the page', async () => {
    ask(QUESTION);
    const address = await opened();
    expect(address).toContain('/reader.html');
    const window = stage.window(address);
    expect(window.heard).toEqual([{ show: { ...QUESTION, origin: ORIGIN } }]);
    expect(JSON.stringify(page.heard)).not.toMatch(/useReader|confirmPin/);
    window.close();
    expect(await answer()).toMatchObject({ error: { data: { name: 'USER_CANCELLED' } } });
  });

  it('takes no secret as an answer', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    ask(QUESTION);
    const window = stage.window(await opened());
    window.say({ answer: { pin: '739154' } });
    const { error } = { error: null, ...(await answer()) };
    expect(error).not.toBeNull();
    expect(JSON.stringify([host.received, log.mock.calls])).not.toContain('739154');
    log.mockRestore();
  });

  it('stays while the reader asks, also through another entry, and closes with the command', async () => {
    const window = await atReader();
    expect(addresses()).toHaveLength(1);
    ask({ ...QUESTION, entries: ['confirmPin'], problem: 'PIN_INCORRECT', retriesLeft: 2 });
    await until(() => window.heard.length === 2, { what: 'the second question' });
    window.say({ answer: {} });
    expect(await answer()).toMatchObject({ result: {} });
    expect(addresses()).toHaveLength(1);
    host.say({ id, result: {} });
    await closed();
  });

  it('gives way to the window for a PIN, if the reader turns out to have no keypad', async () => {
    await atReader();
    const { entries: _, ...asked } = QUESTION;
    ask({ ...asked, secrets: ['pin', 'newPin'], fidoRules: null, mayForget: false }, 'user.enterSecrets');
    await until(() => addresses()[0]?.includes('/secret.html') === true, { what: 'the window for a PIN' });
    expect(addresses()).toHaveLength(1);
  });

  it.each([
    ['no entry', { entries: [] }],
    ['an entry that does not exist', { entries: ['everything'] }],
    ['a secret', { pin: '739154' }],
  ])('does not open for a host that asks for %s', async (_, change) => {
    ask({ ...QUESTION, ...change });
    expect(await answer()).toMatchObject({ error: { data: { name: 'INVALID_PARAMS' } } });
    expect(addresses()).toEqual([]);
  });
});
