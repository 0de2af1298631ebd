import { describe, expect, it } from '@jest/globals';
import { Trace } from '../../../extension/src/background/trace.js';

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
});
