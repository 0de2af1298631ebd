// Alone proves: guesses queue under the real cost of a password, and others can still sign in.
import { createHook } from 'node:async_hooks';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import { COST } from '../../../portal/src/server/accounts/password.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { Browser, startTestPortal, type TestPortal } from './support/test-portal.js';
import { everyOrOneIn } from '../../support/thorough.js';

/** Milliseconds between two logins: two hundred a second. */
const PACE = 5;
/** Logins that may wait for their answers at once, so that a busy machine can catch up. */
const UNANSWERED = 100;
/** Of the cost of a password at a real portal, what one has here: a twenty-fourth. That is still more than the pace of the floods. */
const CHEAPER = 8;
/**
 * Maximum number of hashes during the issuance of a card, ten times as many as it takes. Hashes serve as a clock: on a busy machine
 * they take longer too.
 */
const MOST_HASHES = 100 * CHEAPER;
/** How often she comes back during each flood. */
const TIMES = globalThis.runsEverything ? 3 : 2;
/** Maximum number of hashes until a login whose turn it is: its own, and those of the other queue meanwhile. */
const HASHES_OF_A_TURN = 10;

/** Counts the passwords that this process has hashed in the background, by the jobs that Node reports. */
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

let server: OwnDatabase;
let portal: TestPortal;
let hashing: Hashing;
/** Browsers in which someone logged in before the floods. */
let ofAlice: Browser;
let ofBob: Browser;
beforeAll(async () => {
  server = await openDatabase();
  // Each check of a password takes its time here.
  portal = await startTestPortal(
    { DATABASE_URL: server.url, CARDWRIGHT_TRUSTED_PROXIES: '127.0.0.1' },
    { passwordCost: { ...COST, N: COST.N / CHEAPER, p: 1 } },
  );
  [ofAlice, ofBob] = [await Browser.login(portal, 'alice'), await Browser.login(portal, 'bob')];
  // Started only now, because the first logins replace the hashes of their passwords.
  hashing = new Hashing();
});
afterAll(async () => {
  hashing.end();
  await portal.remove();
  await server.stop();
});

interface Answer {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
}

/** The account and the address of a try, as a trusted proxy reports it. */
type Login = (number: number) => { readonly username: string; readonly from: string };

const HER_ADDRESS = '203.0.113.7';
const ipv4 = (number: number): string => `198.18.${Math.floor(number / 250) % 250}.${1 + (number % 250)}`;

const fromEverywhere: Login = (number) => ({ username: `user-${number}`, from: ipv4(number) });
const fromOneNetwork: Login = (number) => ({
  username: `user-${number}`,
  from: `2001:db8:1:2::${number.toString(16)}`,
});

const FLOODS: readonly [string, Login][] = [
  ['ever new addresses', fromEverywhere],
  ['one network of IPv6', fromOneNetwork],
  [
    'five hundred addresses over fifty names',
    (number) => ({ username: number % 50 === 0 ? 'alice' : `user-${number % 50}`, from: ipv4(number % 500) }),
  ],
  ["ever new addresses, with the victim's own name", (number) => ({ username: 'alice', from: ipv4(number) })],
  [
    'ever new networks of IPv6, with her own name',
    (number) => ({ username: 'alice', from: `2001:db8:${number.toString(16)}::1` }),
  ],
  ['her own address, with her own name', () => ({ username: 'alice', from: HER_ADDRESS })],
];

/** Sends a login with a wrong password. */
const tryLogin = ({ username, from }: ReturnType<Login>): Promise<Answer> =>
  new Promise((resolve) => {
    const login = request({
      host: '127.0.0.1',
      port: portal.port,
      path: '/api/session',
      method: 'POST',
      agent: false,
      headers: { origin: portal.origin, 'content-type': 'application/json', 'x-forwarded-for': from },
    });
    login.on('error', () => resolve({ status: undefined, retryAfter: undefined }));
    login.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode, retryAfter: response.headers['retry-after'] }));
    });
    login.end(JSON.stringify({ username, password: 'wrong-password' }));
  });

/** Sends logins at an even pace that only answers slow down, while some work is done. */
async function beside<T>(flood: Login, work: () => Promise<T>): Promise<{ result: T; answers: Answer[] }> {
  const logins: Promise<Answer>[] = [];
  let answered = 0;
  const pace = setInterval(() => {
    if (logins.length - answered < UNANSWERED)
      logins.push(tryLogin(flood(logins.length)).finally(() => (answered += 1)));
  }, PACE);
  try {
    // The flood is there once it fills the queue.
    await until(() => answered > UNANSWERED, { what: 'answers' });
    const result = await work();
    clearInterval(pace);
    return { result, answers: await Promise.all(logins) };
  } finally {
    clearInterval(pace);
  }
}

const logInAgain = (browser: Browser, name: string): Promise<{ readonly status: number }> =>
  browser.send(
    'POST',
    '/api/session',
    { username: name, password: `${name}-password` },
    { 'x-forwarded-for': HER_ADDRESS },
  );

/** Counts the hashed passwords during some work: the clock of a flood. */
async function hashesDuring(work: () => Promise<unknown>): Promise<number> {
  const before = hashing.done;
  await work();
  return hashing.done - before;
}

describe('a flood of logins from many addresses', () => {
  it('has one password hashed at a time, is refused at once if it is too much, and ends without a trace', async () => {
    const enough = hashing.done + 10;
    const { answers } = await beside(fromEverywhere, () => until(() => hashing.done >= enough, { what: 'ten hashes' }));
    // Node has four threads for this: the other three sign meanwhile.
    expect(hashing.mostAtOnce).toBe(1);
    const refused = answers.filter(({ status }) => status === 429);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect(refused.length).toBeGreaterThan(answers.length / 2);
    expect(new Set(refused.map(({ retryAfter }) => retryAfter))).toEqual(new Set(['3']));
    await Browser.login(portal, 'oscar');
  });

  it('does not keep a card from being issued', async () => {
    const host = await ofBob.openHost(new TestCard('piv', null, null));
    const { result } = await beside(fromEverywhere, () =>
      hashesDuring(async () => {
        expect(await ofBob.relay(host)).toMatchObject({ state: 'done', deviceState: 'active' });
      }),
    );
    expect(result).toBeLessThan(MOST_HASHES);
  });

  it('leaves the queue to a new browser elsewhere if it is from one network', async () => {
    const { result } = await beside(fromOneNetwork, () =>
      hashesDuring(async () => {
        expect(await logInAgain(new Browser(portal), 'olga')).toMatchObject({ status: 200 });
      }),
    );
    expect(result).toBeLessThan(HASHES_OF_A_TURN);
  });
});

// `unit/portal/accounts/turns` shows how the queue is shared, `login-limit` what a known browser has.
describe.each(everyOrOneIn(3, FLOODS))('a flood of logins from %s', (_, flood) => {
  it('lets a person in, each time, in a browser where she logged in before', async () => {
    await ofAlice.send('DELETE', '/api/session', {});
    const { result, answers } = await beside(flood, async () => {
      const hashes: number[] = [];
      for (let time = 0; time < TIMES; time += 1)
        hashes.push(
          await hashesDuring(async () => {
            expect(await logInAgain(ofAlice, 'alice')).toMatchObject({ status: 200 });
          }),
        );
      return hashes;
    });
    expect(answers.map(({ status }) => status)).toContain(429);
    for (const hashes of result) expect(hashes).toBeLessThan(HASHES_OF_A_TURN);
  });
});
