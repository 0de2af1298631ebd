/** @own-modules because this file replaces a module of Node. */
import * as crypto from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';

/** Work of each call of scrypt: N · r · p (RFC 7914, 2). It is counted, because processor time differs on a busy machine. */
let work: number[] = [];
jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  scrypt: (...call: Parameters<typeof crypto.scrypt>) => {
    const [, , , { N = 0, r = 0, p = 0 }] = call;
    work.push(N * r * p);
    crypto.scrypt(...call);
  },
}));
const { COST, DEMO_COST, Passwords } = await import('../../../portal/src/server/accounts/password.js');

const passwords = new Passwords();
const FULL = COST.N * COST.r * COST.p;
const OF_DEMO = DEMO_COST.N * DEMO_COST.r * DEMO_COST.p;

describe('the work for a wrong password', () => {
  it.each([
    ['a name without an account', null, [FULL]],
    ['one whose hash is older', { ...COST, p: 1 }, [FULL / 3, (FULL / 3) * 2]],
    ['one that was made for a demo', DEMO_COST, [OF_DEMO, FULL]],
    ['one of today', COST, [FULL]],
  ])('is that of a new hash for %s', async (_, cost, expected) => {
    const stored = cost === null ? null : await new Passwords(cost).hash('right');
    work = [];
    expect(await passwords.isRight('wrong', stored)).toBe(false);
    expect(work).toEqual(expected);
  });
});
