import { generateKeyPairSync, sign } from 'node:crypto';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, startTestPortal, type TestPortal } from './support/test-portal.js';

/** Milliseconds between two logins: two hundred a second. */
const PACE = 5;
const SIGNATURES = 50;
const TURNS = 7;
const key = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey;
const signInBackground = promisify(sign);

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal();
});
afterAll(() => portal.remove());

interface Answer {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
}

/** A login with a wrong password, from a loopback address of one's own. */
const tryLogin = (number: number): Promise<Answer> =>
  new Promise((resolve) => {
    const body = JSON.stringify({ username: `user-${number}`, password: 'wrong-password' });
    const login = request({
      host: '127.0.0.1',
      port: portal.port,
      localAddress: `127.1.${Math.floor(number / 250)}.${1 + (number % 250)}`,
      path: '/api/session',
      method: 'POST',
      agent: false,
      headers: { origin: portal.origin, 'content-type': 'application/json' },
    });
    login.on('error', () => resolve({ status: undefined, retryAfter: undefined }));
    login.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode, retryAfter: response.headers['retry-after'] }));
    });
    login.end(body);
  });

/** Logs in from ever new addresses, at an even pace, while some work is done. */
async function beside<T>(work: () => Promise<T>): Promise<{ result: T; answers: Answer[] }> {
  const logins: Promise<Answer>[] = [];
  const flood = setInterval(() => logins.push(tryLogin(logins.length)), PACE);
  try {
    // The flood is there once its first login was answered.
    while (logins.length < 50) await new Promise(setImmediate);
    const result = await work();
    clearInterval(flood);
    return { result, answers: await Promise.all(logins) };
  } finally {
    clearInterval(flood);
  }
}

/** Median time of fifty signatures with RSA-4096, in milliseconds. */
async function timeOfSignatures(): Promise<number> {
  const times: number[] = [];
  while (times.length < TURNS) {
    const start = performance.now();
    await Promise.all(Array.from({ length: SIGNATURES }, () => signInBackground('sha256', Buffer.from('work'), key)));
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(TURNS / 2)] ?? Infinity;
}

describe('a flood of logins from many addresses', () => {
  it('leaves signing at least half as fast, is refused at once where it is too much, and ends without a trace', async () => {
    const before = await timeOfSignatures();
    const { result: flooded, answers } = await beside(timeOfSignatures);
    // The machine may have other work at times.
    const alone = Math.max(before, await timeOfSignatures());
    expect(flooded).toBeLessThan(2 * alone);
    const refused = answers.filter(({ status }) => status === 429);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect(refused.length).toBeGreaterThan(answers.length / 2);
    expect(new Set(refused.map(({ retryAfter }) => retryAfter))).toEqual(new Set(['1']));
    await Browser.login(portal, 'alice');
  });

  it('does not keep a card from being issued', async () => {
    const alice = await Browser.login(portal, 'alice');
    const host = await alice.openHost(new TestCard('piv', null, null));
    const { result } = await beside(async () => {
      const start = performance.now();
      expect(await alice.relay(host)).toMatchObject({ state: 'done', deviceState: 'active' });
      return performance.now() - start;
    });
    expect(result).toBeLessThan(8000);
  });
});
