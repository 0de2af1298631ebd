// Alone proves: guesses queue under the real cost of a password, and others can still sign in.
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '@cardwright/stage';
import { COST, isPassword, Passwords } from '../../../portal/src/server/accounts/password.js';
import { Hashing } from '../../support/hashing.js';
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
/** How often she comes back during each flood. */
const TIMES = globalThis.runsEverything ? 3 : 2;
/** Of logins that come together, those that wait: one whose password is hashed, and as many as the queue has places. */
const WAITING = 9;
/** Logins of a flood that comes all at once. */
const AT_ONCE = 40;
const WRONG = 'wrong-password';

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
let held: HeldFlood | undefined;
afterEach(async () => {
  await held?.end();
  held = undefined;
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
    login.end(JSON.stringify({ username, password: WRONG }));
  });

/** Sends logins at an even pace that only answers slow down, while some work is done. */
async function beside(flood: Login, work: () => Promise<void>): Promise<Answer[]> {
  const logins: Promise<Answer>[] = [];
  let answered = 0;
  let refused = 0;
  const pace = setInterval(() => {
    if (logins.length - answered >= UNANSWERED) return;
    const login = tryLogin(flood(logins.length));
    logins.push(login);
    void login.then(({ status }) => {
      answered += 1;
      if (status === 429) refused += 1;
    });
  }, PACE);
  try {
    // The flood is there once it fills the queue.
    await until(() => answered > UNANSWERED && refused > 0, { what: 'a flood that fills the queue' });
    await work();
  } finally {
    clearInterval(pace);
  }
  return Promise.all(logins);
}

/** Holds back each check of a wrong password until it is released, so that only what need not wait for a flood goes on. */
class HeldFlood {
  /** The passwords whose checks have begun, in order. */
  readonly checked: string[] = [];
  readonly answers: Answer[] = [];
  readonly #held: (() => void)[] = [];
  #isOver = false;
  readonly #spy: { mockRestore: () => void };
  readonly #logins: readonly Promise<unknown>[];

  private constructor(flood: Login) {
    const hold = () => (this.#isOver ? Promise.resolve() : new Promise<void>((go) => void this.#held.push(go)));
    this.#spy = jest.spyOn(Passwords.prototype, 'isRight').mockImplementation(async (password, stored) => {
      this.checked.push(password);
      if (password === WRONG) await hold();
      return isPassword(password, stored);
    });
    this.#logins = Array.from({ length: AT_ONCE }, (_, number) =>
      tryLogin(flood(number)).then((answer) => this.answers.push(answer)),
    );
  }

  /** Sends a flood at once, and waits until it fills the queue. */
  static async begin(flood: Login): Promise<HeldFlood> {
    const held = new HeldFlood(flood);
    try {
      await held.isAnswered(AT_ONCE - WAITING);
      return held;
    } catch (error) {
      await held.end();
      throw error;
    }
  }

  /** Waits until so many logins of the flood are answered. */
  isAnswered(count: number): Promise<boolean> {
    return until(() => this.answers.length >= count, { what: `${count} answers to the flood` });
  }

  /** Lets the check go on that has waited longest. */
  releaseOne(): void {
    this.#held.shift()?.();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    for (const go of this.#held.splice(0)) go();
    await Promise.all(this.#logins);
    this.#spy.mockRestore();
  }
}

const logInAgain = (browser: Browser, name: string): Promise<{ readonly status: number }> =>
  browser.send(
    'POST',
    '/api/session',
    { username: name, password: `${name}-password` },
    { 'x-forwarded-for': HER_ADDRESS },
  );

describe('a flood of logins from many addresses', () => {
  it('has one password hashed at a time, whoever is refused costs no hash, and it ends without a trace', async () => {
    const before = hashing.done;
    const answers = await beside(fromEverywhere, async () => {
      await until(() => hashing.done >= before + 10, { what: 'ten hashes' });
    });
    // Node has four threads for this: the other three sign meanwhile.
    expect(hashing.mostAtOnce).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(hashing.done - before);
    const refused = answers.filter(({ status }) => status === 429);
    expect(new Set(refused.map(({ retryAfter }) => retryAfter))).toEqual(new Set(['3']));
    await Browser.login(portal, 'oscar');
  });

  it('does not keep a card from being issued', async () => {
    const host = await ofBob.openHost(new TestCard('piv', null, null));
    await beside(fromEverywhere, async () => {
      expect(await ofBob.relay(host)).toMatchObject({ state: 'done', deviceState: 'active' });
    });
    expect(hashing.mostAtOnce).toBe(1);
  });

  it('is refused at once if it is too much, while the first password is still being hashed', async () => {
    held = await HeldFlood.begin(fromEverywhere);
    expect(held.answers.map(({ status }) => status)).toEqual(Array(AT_ONCE - WAITING).fill(429));
    expect(held.checked).toEqual([WRONG]);
  });

  it('leaves the next turn to a new browser elsewhere if it is from one network', async () => {
    held = await HeldFlood.begin(fromOneNetwork);
    const hers = logInAgain(new Browser(portal), 'olga');
    // Hers takes the place of one of them.
    await held.isAnswered(AT_ONCE - WAITING + 1);
    held.releaseOne();
    expect(await hers).toMatchObject({ status: 200 });
    expect(held.checked.slice(0, 2)).toEqual([WRONG, 'olga-password']);
  });
});

// `unit/portal/accounts/turns` shows how the queue is shared, `login-limit` what a known browser has.
describe.each(everyOrOneIn(3, FLOODS))('a flood of logins from %s', (_, flood) => {
  it('lets a person in, each time, in a browser where she logged in before', async () => {
    await ofAlice.send('DELETE', '/api/session', {});
    // Not one more password of the flood is checked meanwhile.
    held = await HeldFlood.begin(flood);
    for (let time = 0; time < TIMES; time += 1)
      expect(await logInAgain(ofAlice, 'alice')).toMatchObject({ status: 200 });
    expect(held.answers.map(({ status }) => status)).toContain(429);
    expect(held.checked.filter((password) => password === WRONG).length).toBeLessThanOrEqual(1);
  });
});
