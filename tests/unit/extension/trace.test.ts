import { describe, expect, it } from '@jest/globals';
import { Trace } from '../../../extension/src/background/trace.js';

const PIN = '739164';
const KILOBYTES_10 = 10 * 1024;
const hop = { from: 'page', to: 'extension' } as const;

describe('the trace', () => {
  it('stays small, whatever pages send', () => {
    const trace = new Trace();
    const numbers = Array.from({ length: 4_000 }, () => 1_234_567);
    const add = (session: string, id: number) =>
      trace.add({ id: session, origin: 'https://portal.example' }, hop, {
        jsonrpc: '2.0',
        id,
        method: 'x',
        params: { numbers },
      });
    for (let session = 0; session < 20; session += 1) add(String(session), 0);
    for (let id = 1; id < 250; id += 1) add('19', id);
    const sessions = trace.list();
    expect(sessions.map(({ session }) => session)).toEqual(Array.from({ length: 16 }, (_, index) => String(index + 4)));
    expect(sessions.at(-1)?.messages).toHaveLength(200);
    for (const { messages } of sessions) {
      for (const message of messages) expect(JSON.stringify(message).length).toBeLessThan(KILOBYTES_10);
    }
    expect(sessions[0]?.messages[0]?.content).toMatch(/^\{"numbers":\[".*…$/);
  });

  it('keeps nothing of an answer that a page was not asked for, and no method that is no name', () => {
    const trace = new Trace();
    const session = { id: '1', origin: 'https://portal.example' };
    const error = { code: 1, message: PIN, data: { name: 'USER_CANCELLED', details: { pin: PIN } } } as const;
    trace.add(session, hop, { jsonrpc: '2.0', id: 1, error });
    trace.add(session, hop, { jsonrpc: '2.0', id: 1, result: { pin: PIN } });
    trace.add(session, hop, { jsonrpc: '2.0', id: 2, method: PIN });
    trace.add(session, hop, { jsonrpc: '2.0', id: 3, method: 'device.steal' });
    expect(JSON.stringify(trace.list())).not.toContain(PIN);
    expect(trace.list()[0]?.messages.map(({ kind, method }) => [kind, method])).toEqual([
      ['error', ''],
      ['result', ''],
      ['request', '[redacted]'],
      ['request', 'device.steal'],
    ]);
  });
});
