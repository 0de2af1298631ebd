import { describe, expect, it } from '@jest/globals';
import { readTraceFile, writeTraceFile } from '../../../../extension/src/pages/inspector/model/trace-file.js';
import { TraceStore } from '../../../../extension/src/pages/inspector/model/trace-store.js';
import { issuance, tracedSessionOf, TRACE_START } from '../../../support/trace-writer.js';

function written(change: (file: Record<string, unknown>) => unknown = (file) => file): string {
  const store = new TraceStore();
  store.setSessions([tracedSessionOf('aaaa')]);
  store.add(issuance('aaaa'));
  return JSON.stringify(change(JSON.parse(writeTraceFile(store, TRACE_START)) as Record<string, unknown>));
}

const firstEntry = (file: Record<string, unknown>): Record<string, unknown> =>
  (file.entries as Record<string, unknown>[])[0] ?? {};

describe('a trace as a file', () => {
  it('is read back unchanged', () => {
    const read = readTraceFile(written());
    expect(read).toMatchObject({ sessions: [tracedSessionOf('aaaa')], entries: issuance('aaaa') });
  });

  it.each([
    ['no JSON', () => '{', 'not_json'],
    ['nothing', () => '', 'not_json'],
    ['a list', () => '[]', 'not_a_trace'],
    ['another version', () => written((file) => ({ ...file, version: 2 })), 'other_version'],
    ['a member more', () => written((file) => ({ ...file, more: 1 })), 'not_a_trace'],
    [
      'a member more in an entry',
      () => written((file) => (Object.assign(firstEntry(file), { more: 1 }), file)),
      'not_a_trace',
    ],
    [
      'an entry of an unknown kind',
      () => written((file) => (Object.assign(firstEntry(file), { kind: 'script' }), file)),
      'not_a_trace',
    ],
    [
      'numbers that do not rise',
      () => written((file) => (Object.assign(firstEntry(file), { number: 9 }), file)),
      'not_a_trace',
    ],
    ['a time without end', () => written().replace(/"at":\d+/, '"at":1e999'), 'not_a_trace'],
    ['a time that no calendar has', () => written().replace(/"saved":\d+/, '"saved":9e15'), 'not_a_trace'],
    [
      'too many entries',
      () => written((file) => ({ ...file, entries: Array<unknown>(100_001).fill(firstEntry(file)) })),
      'not_a_trace',
    ],
    [
      'a content too deep',
      () => written().replace('"sdk":"0.1.0"', `"sdk":${'['.repeat(500)}${']'.repeat(500)}`),
      'not_a_trace',
    ],
    [
      'a content deeper than any stack',
      () => written().replace('"sdk":"0.1.0"', `"sdk":${'['.repeat(200_000)}${']'.repeat(200_000)}`),
      'not_json',
    ],
    ['more than is read', () => ' '.repeat(64 * 1024 * 1024 + 1), 'too_large'],
  ])('is refused if it contains %s', (_, text, problem) => {
    expect(readTraceFile(text())).toBe(problem);
  });

  it('cannot change the nature of an object', () => {
    const hostile = written().replace(
      '"sdk":"0.1.0"',
      '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}',
    );
    const read = readTraceFile(hostile);
    if (typeof read === 'string') throw new Error(read);
    const [entry] = read.entries;
    if (entry?.kind !== 'message') throw new Error('it is a message');
    expect(Object.getPrototypeOf(entry.content)).toBe(Object.prototype);
    expect(JSON.stringify(entry.content)).not.toContain('__proto__');
    expect('polluted' in {}).toBe(false);
  });
});
