import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { HOST_PROGRAM } from '@cardwright/stage';
import { NO_PASSKEYS } from '../../support/extension-facts.js';
import { drawnTests, everyOrOneIn } from '../../support/thorough.js';

const drawnIt = drawnTests(2);

const BUNDLE = fileURLToPath(new URL('../../../native-host/dist/bundle/', import.meta.url));
/** A noisy library: it keeps writing to standard output once the host listens. */
const NOISE = `data:text/javascript,${encodeURIComponent(`
  const talk = () => { console.log('noise'); console.info('noise'); process.stdout.write('noise'); };
  process.stdin.once('newListener', () => { talk(); setInterval(talk, 1).unref(); });
`)}`;
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocol: PROTOCOL_RANGE,
    sdk: '1',
    extension: '1',
    origin: 'https://cms.example',
    cms: null,
    ...NO_PASSKEYS,
  },
};

const frame = (body: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(body));
  return Buffer.concat([length, Buffer.from(body)]);
};

interface Conversation {
  /** Number of messages to wait for before the input ends. */
  readonly answers?: number;
  readonly nodeArgs?: readonly string[];
  readonly env?: Record<string, string>;
  /** The host's main file. */
  readonly host?: string;
}

/** Feeds the host these bytes, waits for its answers and ends its input. Returns its output and exit. */
async function converse(input: readonly Buffer[], args: readonly string[], options: Conversation = {}) {
  const { answers = 1, nodeArgs = [], env = {}, host = HOST_PROGRAM } = options;
  const child = spawn(process.execPath, [...nodeArgs, host, ...args], { env: { ...process.env, ...env } });
  const output: Buffer[] = [];
  const log: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => log.push(chunk));
  const exited = once(child, 'close');
  child.stdin.on('error', (error) => log.push(Buffer.from(error.message)));
  for (const chunk of input) {
    if (!child.stdin.write(chunk)) await Promise.race([once(child.stdin, 'drain'), exited]);
    await new Promise(setImmediate);
  }
  const isAnswered = () => messagesIn(Buffer.concat(output)).length >= answers;
  while (!isAnswered() && child.exitCode === null) await Promise.race([once(child.stdout, 'data'), exited]);
  child.stdin.end();
  await exited;
  return { messages: messagesIn(Buffer.concat(output)), log: Buffer.concat(log).toString(), code: child.exitCode };
}

function messagesIn(output: Buffer): unknown[] {
  const messages: unknown[] = [];
  for (let at = 0; at + 4 <= output.length;) {
    const end = at + 4 + output.readUInt32LE(at);
    // The rest is yet to come.
    if (end > output.length) break;
    messages.push(JSON.parse(output.subarray(at + 4, end).toString()));
    at = end;
  }
  return messages;
}

/** An id of the extension that some store gave. */
const STORE_ID = 'abcdefghijklmnopabcdefghijklmnop';
const chromium = [`chrome-extension://${CHROMIUM_EXTENSION_ID}/`];

describe('the host on standard input and output', () => {
  drawnIt('writes nothing but messages, whatever a library prints', async () => {
    const { messages, log, code } = await converse([frame(JSON.stringify(INITIALIZE))], chromium, {
      nodeArgs: ['--import', NOISE],
    });
    expect(messages).toEqual([expect.objectContaining({ id: 1, result: expect.anything() as object })]);
    expect(log).toContain('noise');
    expect(code).toBe(0);
  });

  drawnIt('reads a message that comes byte by byte, also from Firefox', async () => {
    const bytes = [...frame(JSON.stringify(INITIALIZE))].map((byte) => Buffer.of(byte));
    const { messages } = await converse(bytes, ['/home/me/org.cardwright.host.json', FIREFOX_EXTENSION_ID]);
    expect(messages).toEqual([expect.objectContaining({ id: 1, result: expect.anything() as object })]);
  });

  it.each([
    ['a message that is too long', frame(`"${'x'.repeat(2_000_000)}"`), 'MESSAGE_TOO_LARGE'],
    ['no JSON', frame('hello'), 'INVALID_MESSAGE'],
    ['no message', frame('[]'), 'INVALID_MESSAGE'],
    ['no frame', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'INVALID_MESSAGE'],
  ])('answers %s with a named error', async (_, input, name) => {
    const { messages, code } = await converse([input], chromium);
    expect(messages).toEqual([
      expect.objectContaining({
        id: null,
        error: expect.objectContaining({ data: { name, details: {} } }) as object,
      }),
    ]);
    expect(code).toBe(0);
  });

  describe('and its log', () => {
    const SECRET = 'device.246810';
    const COMMAND = { jsonrpc: '2.0', id: 2, method: SECRET, params: { pin: '246810' } };
    const input = [INITIALIZE, COMMAND].map((message) => frame(JSON.stringify(message)));
    let state: string;

    beforeEach(() => {
      state = mkdtempSync(path.join(tmpdir(), 'cardwright-state-'));
    });
    afterEach(() => rmSync(state, { recursive: true }));

    drawnIt('records refused messages, but nothing that a page wrote', async () => {
      const env = { XDG_STATE_HOME: state, CARDWRIGHT_LOG_LEVEL: 'warn' };
      await converse(input, chromium, { env, answers: 2 });
      const log = readFileSync(path.join(state, 'cardwright', 'host.log'), 'utf8');
      expect(JSON.parse(log)).toMatchObject({ level: 'warn', event: 'refused', code: 'METHOD_NOT_FOUND' });
      expect(log).not.toContain('246810');
    });

    drawnIt('has no file if nothing was refused', async () => {
      await converse(input.slice(0, 1), chromium, { env: { XDG_STATE_HOME: state, CARDWRIGHT_LOG_LEVEL: 'warn' } });
      expect(readdirSync(state)).toEqual([]);
    });

    drawnIt('does not stop the host if it cannot be written, which is reported once', async () => {
      writeFileSync(path.join(state, 'file'), '');
      const env = { XDG_STATE_HOME: path.join(state, 'file'), CARDWRIGHT_LOG_LEVEL: 'info' };
      const { messages, log, code } = await converse(input, chromium, { env, answers: 2 });
      expect(messages).toHaveLength(2);
      expect(code).toBe(0);
      expect(log.match(/log is not written/g)).toHaveLength(1);
    });
  });

  drawnIt('answers what comes with the first message, in order', async () => {
    const requests = [
      INITIALIZE,
      ...['access.request', 'no.method'].map((method, index) => ({ ...INITIALIZE, method, id: index + 2 })),
    ];
    const input = [Buffer.concat(requests.map((message) => frame(JSON.stringify(message))))];
    const { messages } = await converse(input, chromium, { answers: 3 });
    expect(messages).toMatchObject([
      { id: 1, result: { host: PRODUCT_VERSION } },
      { id: 2, error: { data: { name: 'METHOD_NOT_FOUND' } } },
      { id: 3, error: { data: { name: 'METHOD_NOT_FOUND' } } },
    ]);
  });

  it.each([
    ['a second first message', INITIALIZE.params, 'ALREADY_INITIALIZED'],
    ['one with an unknown member', { ...INITIALIZE.params, pin: '1' }, 'INVALID_PARAMS'],
  ])('refuses %s', async (_, params, name) => {
    const input = [INITIALIZE, { ...INITIALIZE, id: 2, params }].map((message) => frame(JSON.stringify(message)));
    const { messages } = await converse(input, chromium, { answers: 2 });
    expect(messages).toMatchObject([
      { id: 1, result: {} },
      { id: 2, error: { data: { name } } },
    ]);
  });

  drawnIt('refuses an extension that it does not obey, with a named error', async () => {
    const { messages } = await converse([frame(JSON.stringify(INITIALIZE))], [`chrome-extension://${STORE_ID}/`]);
    expect(messages).toMatchObject([{ id: 1, error: { data: { name: 'HOST_FORBIDDEN' } } }]);
  });

  drawnIt('ends at once when its input ends before any message', async () => {
    const child = spawn(process.execPath, [HOST_PROGRAM, ...chromium]);
    child.stdin.end();
    await expect(once(child, 'exit')).resolves.toEqual([0, null]);
  });
});

describe('the bundled host', () => {
  const input = [INITIALIZE, { ...INITIALIZE, id: 2, method: 'device.list', params: {} }].map((message) =>
    frame(JSON.stringify(message)),
  );
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-bundle-'));
    cpSync(BUNDLE, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const talk = (answers = 2) => converse(input, chromium, { host: path.join(folder, 'main.js'), answers });
  drawnIt('obeys the extension that its package names', async () => {
    writeFileSync(path.join(folder, 'extensions.json'), JSON.stringify({ chromium: [STORE_ID] }), { mode: 0o644 });
    const host = path.join(folder, 'main.js');
    const { messages } = await converse(input.slice(0, 1), [`chrome-extension://${STORE_ID}/`], { host });
    expect(messages).toMatchObject([{ id: 1, result: { host: PRODUCT_VERSION } }]);
  });

  const chunks = (): string[] => readdirSync(folder).filter((name) => name.startsWith('chunk-'));

  drawnIt('answers whatever the folders above say of its files', async () => {
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    const host = path.join(folder, 'app', 'main.js');
    cpSync(BUNDLE, path.dirname(host), { recursive: true });
    await expect(converse(input.slice(0, 1), chromium, { host })).resolves.toMatchObject({
      messages: [{ id: 1, result: {} }],
      code: 0,
    });
  });

  const DAMAGES: readonly (readonly [string, () => void])[] = [
    ['the file of the session is missing', () => rmSync(path.join(folder, 'browser-session.mjs'))],
    ['what it imports is missing', () => chunks().forEach((name) => rmSync(path.join(folder, name)))],
    ['a file is cut off', () => writeFileSync(path.join(folder, 'browser-session.mjs'), 'import {')],
    ['a file throws', () => writeFileSync(path.join(folder, 'browser-session.mjs'), 'throw new Error("broken");')],
    ['a file is empty', () => writeFileSync(path.join(folder, 'browser-session.mjs'), '')],
  ];

  it.each(everyOrOneIn(5, DAMAGES))('refuses every command as damaged if %s', async (_, damage) => {
    damage();
    const { messages, log, code } = await talk();
    expect(messages).toMatchObject([
      { id: 1, result: {} },
      { id: 2, error: { data: { name: 'HOST_DAMAGED' } } },
    ]);
    expect(log).toContain('"event":"defect"');
    expect(code).toBe(0);
  });
});
