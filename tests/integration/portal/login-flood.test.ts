import { createHook } from 'node:async_hooks';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, startTestPortal, type TestPortal } from './support/test-portal.js';

/** Milliseconds between two logins: two hundred a second. */
const PACE = 5;
/** Logins that may wait for their answers at once, so that a busy machine is not behind for ever. */
const UNANSWERED = 100;
/**
 * Hashes that may be done while a card is issued, ten times as many as it takes. Hashes are the clock here: on a busy machine they take
 * longer too.
 */
const MOST_HASHES = 100;

/** Follows the passwords that this process has hashed in the background, by the jobs that Node reports. */
class Hashing {
  mostAtOnce = 0;
  done = 0;
  readonly #underWay = new Set<number>();
  readonly #hook = createHook({
    init: (job, type) => {
      if (type !== 'SCRYPTREQUEST') return;
      this.#underWay.add(job);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay.size);
    },
    before: (job) => {
      if (this.#underWay.delete(job)) this.done += 1;
    },
  });

  constructor() {
    this.#hook.enable();
  }

  end(): void {
    this.#hook.disable();
  }
}

let portal: TestPortal;
let hashing: Hashing;
beforeAll(async () => {
  portal = await startTestPortal();
  // Only now: to begin with, the portal hashes the passwords of its accounts.
  hashing = new Hashing();
});
afterAll(async () => {
  hashing.end();
  await portal.remove();
});

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

/** Logs in from ever new addresses, at an even pace that only answers slow down, while some work is done. */
async function beside<T>(work: () => Promise<T>): Promise<{ result: T; answers: Answer[] }> {
  const logins: Promise<Answer>[] = [];
  let answered = 0;
  const flood = setInterval(() => {
    if (logins.length - answered < UNANSWERED) logins.push(tryLogin(logins.length).finally(() => (answered += 1)));
  }, PACE);
  try {
    // The flood is there once its first login was answered.
    await until(() => answered > 0, { what: 'an answer' });
    const result = await work();
    clearInterval(flood);
    return { result, answers: await Promise.all(logins) };
  } finally {
    clearInterval(flood);
  }
}

describe('a flood of logins from many addresses', () => {
  it('has one password hashed at a time, is refused at once where it is too much, and ends without a trace', async () => {
    const enough = hashing.done + 10;
    const { answers } = await beside(() => until(() => hashing.done >= enough, { what: 'ten hashes' }));
    // Node has four threads for this: the other three sign meanwhile.
    expect(hashing.mostAtOnce).toBe(1);
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
      const before = hashing.done;
      expect(await alice.relay(host)).toMatchObject({ state: 'done', deviceState: 'active' });
      return hashing.done - before;
    });
    expect(result).toBeLessThan(MOST_HASHES);
  });
});
