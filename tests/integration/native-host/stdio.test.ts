import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, PROTOCOL_RANGE } from '@cardwright/protocol';
import { NO_PASSKEYS } from '../../support/extension-facts.js';

const HOST = fileURLToPath(new URL('../../../native-host/dist/main.js', import.meta.url));
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

/** Feeds the host these bytes and ends its input. Returns its output and exit. */
async function converse(
  input: readonly Buffer[],
  args: readonly string[],
  nodeArgs: readonly string[] = [],
  env: Record<string, string> = {},
) {
  const child = spawn(process.execPath, [...nodeArgs, HOST, ...args], { env: { ...process.env, ...env } });
  const output: Buffer[] = [];
  const log: Buffer[] = [];
  const written = (length: number) => Buffer.concat(output).length >= length;
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => log.push(chunk));
  const exited = once(child, 'close');
  child.stdin.on('error', (error) => log.push(Buffer.from(error.message)));
  for (const chunk of input) {
    if (!child.stdin.write(chunk)) await Promise.race([once(child.stdin, 'drain'), exited]);
    await new Promise(setImmediate);
  }
  while (!written(1) && child.exitCode === null) await Promise.race([once(child.stdout, 'data'), exited]);
  child.stdin.end();
  await exited;
  return { messages: messagesIn(Buffer.concat(output)), log: Buffer.concat(log).toString(), code: child.exitCode };
}

function messagesIn(output: Buffer): unknown[] {
  const messages: unknown[] = [];
  for (let at = 0; at < output.length;) {
    const end = at + 4 + output.readUInt32LE(at);
    messages.push(JSON.parse(output.subarray(at + 4, end).toString()));
    at = end;
  }
  return messages;
}

const chromium = [`chrome-extension://${CHROMIUM_EXTENSION_ID}/`];

describe('the host on standard input and output', () => {
  it('writes nothing but messages, whatever a library prints', async () => {
    const { messages, log, code } = await converse([frame(JSON.stringify(INITIALIZE))], chromium, ['--import', NOISE]);
    expect(messages).toEqual([expect.objectContaining({ id: 1, result: expect.anything() as object })]);
    expect(log).toContain('noise');
    expect(code).toBe(0);
  });

  it('reads a message that comes byte by byte, also from Firefox', async () => {
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

    it('records refused messages, but nothing that a page wrote', async () => {
      const env = { XDG_STATE_HOME: state, CARDWRIGHT_LOG_LEVEL: 'warn' };
      await converse(input, chromium, [], env);
      const log = readFileSync(path.join(state, 'cardwright', 'host.log'), 'utf8');
      expect(JSON.parse(log)).toMatchObject({ level: 'warn', event: 'refused', code: 'METHOD_NOT_FOUND' });
      expect(log).not.toContain('246810');
    });

    it('has no file if nothing was refused', async () => {
      await converse(input.slice(0, 1), chromium, [], { XDG_STATE_HOME: state, CARDWRIGHT_LOG_LEVEL: 'warn' });
      expect(readdirSync(state)).toEqual([]);
    });

    it('does not stop the host if it cannot be written, which is reported once', async () => {
      writeFileSync(path.join(state, 'file'), '');
      const env = { XDG_STATE_HOME: path.join(state, 'file'), CARDWRIGHT_LOG_LEVEL: 'info' };
      const { messages, log, code } = await converse(input, chromium, [], env);
      expect(messages).toHaveLength(2);
      expect(code).toBe(0);
      expect(log.match(/log is not written/g)).toHaveLength(1);
    });
  });

  it('ends at once when its input ends before any message', async () => {
    const child = spawn(process.execPath, [HOST, ...chromium]);
    child.stdin.end();
    await expect(once(child, 'exit')).resolves.toEqual([0, null]);
  });
});
