import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { Message } from '@cardwright/protocol/messages';
import { traceFile, type TraceEntry, type TracedMessage } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { TraceRecord } from '../../../../extension/src/background/trace-record.js';

const PIN = '739164';
const MEGABYTE = 1024 * 1024;
const session = { id: 'session-1', origin: 'https://portal.example', started: 1 };
const hop = { from: 'page', to: 'extension' } as const;
const back = { from: 'extension', to: 'page' } as const;

const list = (id: number): Message => ({ jsonrpc: '2.0', id, method: 'device.list', params: {} });
const messagesOf = (record: TraceRecord): TracedMessage[] =>
  [...record.entries()].filter((entry): entry is TracedMessage => entry.kind === 'message');

/** Makes a message as large as a page may send. */
const large = (id: number): Message => ({
  jsonrpc: '2.0',
  id,
  method: 'nothing',
  params: { numbers: Array.from({ length: 20_000 }, () => 1_234_567) },
});

/** Counts the elements that methods move or copy during some work, in arrays of at least so many. */
function movesDuring(length: number, work: () => void): number {
  let moved = 0;
  const real = ['shift', 'splice', 'slice', 'filter'].map((method) => [method, methodOfArrays(method)] as const);
  for (const [name, method] of real)
    Reflect.set(Array.prototype, name, function (this: unknown[], ...args: unknown[]): unknown {
      if (this.length >= length) moved += this.length;
      return Reflect.apply(method, this, args);
    });
  try {
    work();
  } finally {
    for (const [name, method] of real) Reflect.set(Array.prototype, name, method);
  }
  return moved;
}

function methodOfArrays(name: string): (...args: unknown[]) => unknown {
  const method: unknown = Reflect.get(Array.prototype, name);
  if (!isCallable(method)) throw new Error(`arrays have no ${name}`);
  return method;
}

const isCallable = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === 'function';

/** Returns the bytes in use after the garbage collection. */
function memoryUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('garbage cannot be collected');
  Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed;
}

describe('a record of the trace', () => {
  it('holds 50,000 entries and drops the oldest', () => {
    const record = new TraceRecord();
    for (let id = 1; id <= 52_001; id += 1) record.message(session, list(id), { hop, request: String(id) });
    expect([record.length, record.dropped]).toEqual([50_000, 2_001]);
    const [first] = record.entries();
    expect(first).toMatchObject({ number: 2_002, request: '2002', session: 'session-1', method: 'device.list' });
  });

  it('moves few entries for each new one while it is full, however many it holds', () => {
    const lines = 1_000;
    const record = new TraceRecord(undefined, undefined, { lines, bytes: MEGABYTE });
    const moved = movesDuring(lines, () => {
      for (let id = 1; id <= 10 * lines; id += 1) record.message(session, list(id), { hop, request: String(id) });
    });
    expect([record.length, record.dropped]).toEqual([lines, 9 * lines]);
    expect(moved).toBeLessThanOrEqual(2 * 10 * lines);
  });

  it('takes less than 64 MB of memory, however large the entries are', () => {
    const certificate = 'M'.repeat(2_000);
    const before = memoryUsed();
    const record = new TraceRecord();
    for (let id = 0; id < 50_000; id += 1)
      record.message(
        session,
        { jsonrpc: '2.0', id, result: { certificate } },
        { hop: back, request: String(id), method: 'certificate.read' },
      );
    expect(record.dropped).toBeGreaterThan(0);
    expect(memoryUsed() - before).toBeLessThan(64 * MEGABYTE);
    expect(record.bytes).toBeLessThanOrEqual(48 * MEGABYTE);
  });

  it('keeps to its limit of bytes, whatever pages send', () => {
    const record = new TraceRecord(undefined, undefined, { lines: 50_000, bytes: MEGABYTE / 4 });
    for (let id = 0; id < 60; id += 1) record.message(session, large(id), { hop, request: String(id) });
    expect(record.bytes).toBeLessThanOrEqual(MEGABYTE / 4);
    expect(record.length + record.dropped).toBe(60);
    expect(record.length).toBeGreaterThan(10);
    const [entry] = messagesOf(record);
    expect(entry?.content).toMatch(/^\{"numbers":\[".*…$/);
    expect(entry?.length).toBeGreaterThan(150_000);
  });

  it('counts two bytes a character if a text needs them', () => {
    const [narrow, wide] = [new TraceRecord(), new TraceRecord()];
    const named = (device: string): Message => ({ jsonrpc: '2.0', id: 1, method: 'device.open', params: { device } });
    narrow.message(session, named('a'.repeat(200)), { hop, request: '1', at: 1 });
    wide.message(session, named('語'.repeat(200)), { hop, request: '1', at: 1 });
    expect(wide.bytes - narrow.bytes).toBeGreaterThan(200);
  });

  it('lists at most 1,000 sessions, and forgets ended ones first', () => {
    const record = new TraceRecord();
    for (let index = 0; index < 1_000; index += 1)
      record.sessionStarted({ ...session, id: String(index), started: index });
    record.sessionEnded('500');
    record.sessionStarted({ ...session, id: 'new', started: 2_000 });
    expect(record.sessions).toHaveLength(1_000);
    expect(record.sessions.map(({ id }) => id)).not.toContain('500');
    expect(record.sessions.at(-1)).toMatchObject({ id: 'new', ended: null });
  });

  it('makes a file that its own schema accepts, and restores the same', () => {
    const record = new TraceRecord();
    record.message(session, list(1), { hop, request: '1' });
    record.noMessage(session);
    record.sessionEnded(session.id);
    const file = record.file(null);
    expect(v.parse(traceFile, JSON.parse(JSON.stringify(file)))).toEqual(file);
    const again = new TraceRecord();
    again.takeBack(record.keep(MEGABYTE));
    again.message({ ...session, id: 'session-2', started: 2 }, list(1), { hop, request: '1' });
    expect([...again.entries()].slice(0, 2)).toEqual(file.entries);
    expect([...again.entries()].map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(again.sessions[0]).toEqual(file.sessions[0]);
  });

  it('makes a file for one site, without anything of another', () => {
    const record = new TraceRecord();
    const other = { id: 'session-2', origin: 'https://other.example', started: 2 };
    record.message(session, list(1), { hop, request: '1' });
    record.message(other, list(2), { hop, request: '2' });
    const file = record.file(session.origin);
    expect(file.entries.map((entry) => entry.request)).toEqual(['1']);
    expect(file.sessions.map(({ id }) => id)).toEqual([session.id]);
    expect(JSON.stringify(file)).not.toContain('other');
    expect(record.file('https://third.example').entries).toEqual([]);
  });

  it('keeps the part that fits, and marks live sessions as ended', () => {
    const record = new TraceRecord();
    for (let id = 1; id <= 100; id += 1) record.message(session, list(id), { hop, request: String(id) });
    const again = new TraceRecord();
    again.takeBack(record.keep(5_000));
    expect(again.length).toBeGreaterThan(10);
    expect(again.dropped).toBe(100 - again.length);
    expect(messagesOf(again).at(-1)?.request).toBe('100');
    expect(again.sessions[0]?.ended).toEqual(expect.any(Number));
  });
});

describe('the content of a record', () => {
  const shown = (fill: (record: TraceRecord) => void): TraceEntry[] => {
    const record = new TraceRecord();
    fill(record);
    const entries = [...record.entries()];
    expect(JSON.stringify(entries)).not.toContain(PIN);
    return entries;
  };

  it('contains nothing of an unrequested answer of a page', () => {
    const error = { code: 1, message: PIN, data: { name: 'USER_CANCELLED', details: { pin: PIN } } };
    const entries = shown((record) => {
      record.message(session, { jsonrpc: '2.0', id: 1, error }, { hop, request: '1' });
      record.message(session, { jsonrpc: '2.0', id: 1, result: { pin: PIN } }, { hop, request: '1', method: PIN });
    });
    expect(entries).toMatchObject([
      { type: 'error', method: '', content: '[redacted]' },
      { type: 'result', method: '', content: '[redacted]' },
    ]);
  });

  it('contains no invalid method, neither of a request nor of its answer', () => {
    const error = new CardwrightError('METHOD_NOT_FOUND').toWire();
    const entries = shown((record) => {
      record.message(session, { jsonrpc: '2.0', id: 2, method: PIN }, { hop, request: '2' });
      record.message(session, { jsonrpc: '2.0', id: 2, error }, { hop: back, request: '2', method: PIN });
      record.message(
        session,
        { jsonrpc: '2.0', id: 3, method: 'device.steal', params: { [PIN]: PIN } },
        { hop, request: '3' },
      );
    });
    expect(entries).toMatchObject([
      { type: 'request', method: '[redacted]' },
      { type: 'error', method: '[redacted]', content: error },
      { type: 'request', method: 'device.steal' },
    ]);
  });

  it('contains only the fact that something other than a message came', () => {
    expect(shown((record) => record.noMessage(session))).toMatchObject([
      { kind: 'message', from: 'page', to: 'extension', method: 'INVALID', content: '[redacted]', request: null },
    ]);
  });

  it('contains the beginning of a certificate', () => {
    const certificate = 'M'.repeat(2_000);
    const record = new TraceRecord();
    record.message(
      session,
      { jsonrpc: '2.0', id: 1, result: { certificate } },
      { hop: back, request: '1', method: 'certificate.read' },
    );
    expect(messagesOf(record)[0]?.content).toEqual({ certificate: `${'M'.repeat(400)}…` });
  });
});
