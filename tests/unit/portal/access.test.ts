import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import {
  beginRequest,
  currentAccess,
  duringRequest,
  networkOf,
  noteSession,
  plainAddress,
} from '../../../portal/src/server/access.js';
import { DueWork } from '../../../portal/src/server/work/due-work.js';

const NOTHING = { requestId: null, address: null, way: null, sessionId: null };

describe('the access of a request', () => {
  it('is its own, however many are under way, and nothing outside of requests', async () => {
    const tell = (address: string, id: string) =>
      duringRequest(beginRequest({ id: `of ${id}`, address }), async () => {
        await setImmediate();
        noteSession({ id, way: 'password' });
        await setImmediate();
        return currentAccess();
      });
    expect(await Promise.all([tell('192.0.2.1', 'a'), tell('192.0.2.2', 'b')])).toEqual([
      { requestId: 'of a', address: '192.0.2.1', way: 'password', sessionId: 'a' },
      { requestId: 'of b', address: '192.0.2.2', way: 'password', sessionId: 'b' },
    ]);
    noteSession({ id: 'c', way: 'passkey' });
    expect(currentAccess()).toEqual(NOTHING);
  });

  it('is not that of work which the request only prompted, nor of the next run of that work', async () => {
    const seen: unknown[] = [];
    const work = new DueWork({
      doSome: async () => {
        await setImmediate();
        seen.push(currentAccess());
        return seen.length < 2 ? 1 : 0;
      },
      failed: (problem) => problem,
    });
    await duringRequest(beginRequest({ id: 'a', address: '192.0.2.1' }), async () => {
      noteSession({ id: 'a', way: 'password' });
      work.nudge();
      await setImmediate();
    });
    while (seen.length < 2) await setImmediate();
    await work.close();
    expect(seen).toEqual([NOTHING, NOTHING]);
  });
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:DB8::1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['unknown', null],
  ['', null],
  ['1', null],
  ['0x7f.1', null],
  ['192.0.2.1, 192.0.2.2', null],
])('keeps of the address %j what the database takes: %j', (written, kept) => {
  expect(plainAddress(written)).toBe(kept);
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  [' 192.0.2.0/24 ', '192.0.2.0/24'],
  ['2001:db8::/32', '2001:db8::/32'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['192.0.2.0/33', null],
  ['192.0.2.0/', null],
  ['192.0.2.0/24/8', null],
  ['192.0.2.0/-1', null],
  ['::ffff:192.0.2.0/120', null],
  ['2001:db8::/129', null],
  ["192.0.2.1' OR true --", null],
])('looks for the address or network %j as %j', (written, wanted) => {
  expect(networkOf(written)).toBe(wanted);
});
