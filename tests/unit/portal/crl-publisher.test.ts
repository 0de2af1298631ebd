import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { CrlRequest, Revocation } from '@cardwright/cms/authority';
import { CardwrightError } from '@cardwright/protocol';
import { CrlPublisher, type CrlTimes, type ServedCrl } from '../../../portal/src/server/ca/published-crl.js';
import { collectPages, inPages } from '../../support/revocation-pages.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const TIMES: CrlTimes = { lifetime: 60 * MINUTE, interval: MINUTE };
const PAUSE = 5 * SECOND;
const PATIENCE = 10 * SECOND;
const START = Date.UTC(2026, 0, 1);

let now: number;
let revoked: Revocation[];
/** Number of times that the database was asked for changes. */
let questions: number;
/** Times at which the authority was asked for a CRL. */
let makings: number[];
/** Awaited by the authority before it answers. */
let beforeAnswer: () => Promise<void>;
let publisher: CrlPublisher;

beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  now = START;
  revoked = [];
  questions = 0;
  makings = [];
  beforeAnswer = () => Promise.resolve();
  publisher = newPublisher();
});
afterEach(() => {
  jest.restoreAllMocks();
});

function newPublisher(times: Partial<CrlTimes> = {}): CrlPublisher {
  const revocations = {
    revision: () => {
      questions += 1;
      return Promise.resolve(String(revoked.length));
    },
    nextNumber: () => Promise.resolve(makings.length + 1),
    list: () => inPages([...revoked]),
  };
  return new CrlPublisher(revocations, { signCrl }, { ...TIMES, ...times }, () => now);
}

/** Encodes the listed serial numbers instead of DER. */
async function signCrl({ revocations }: CrlRequest): Promise<Uint8Array> {
  makings.push(now);
  const listed = await collectPages(revocations);
  await beforeAnswer();
  return Buffer.from(listed.map(({ serialNumber }) => serialNumber).join());
}

const revoke = (serialNumber: string) => revoked.push({ serialNumber, revokedAt: new Date(now), reason: 'superseded' });
const listedIn = ({ der }: ServedCrl): string => Buffer.from(der).toString();
const listed = async (): Promise<string> => listedIn(await publisher.current());

/** Makes an authority that answers, or fails, on command. */
function slowAuthority() {
  const events = new EventTarget();
  const isAsked = once(events, 'asked');
  const isTold = once(events, 'told');
  let answer = (): Promise<void> => Promise.resolve();
  beforeAnswer = async () => {
    events.dispatchEvent(new Event('asked'));
    await isTold;
    return answer();
  };
  const tell = (): boolean => events.dispatchEvent(new Event('told'));
  const fail = (): void => {
    answer = () => Promise.reject(new CardwrightError('CA_UNAVAILABLE'));
    tell();
  };
  return { answer: tell, fail, isAsked };
}

const failWith = (code: 'CA_UNAVAILABLE' | 'CA_REFUSED'): void => {
  const error = code === 'CA_REFUSED' ? new CardwrightError(code, { reason: 'no' }) : new CardwrightError(code);
  beforeAnswer = () => Promise.reject(error);
};

describe('readers of the CRL', () => {
  it.each([1, 2, 10, 1000])('share one new CRL, %s at once', async (readers) => {
    const served = await Promise.all(Array.from({ length: readers }, () => publisher.current()));
    expect(makings).toHaveLength(1);
    expect(questions).toBe(1);
    expect(new Set(served.map(({ der }) => der)).size).toBe(1);
  });

  /** Ten minutes with any mix of revocations and readers. */
  it.each([
    ['a revocation a second, a reader a second', 1, 1, 10],
    ['a revocation a second, 20 readers a second', 1, 20, 10],
    ['a revocation before each of 20 readers a second', 20, 20, 10],
    ['a revocation every 45 seconds, 3 readers a second', 1 / 45, 3, 10],
    ['a revocation every five minutes, 3 readers a second', 1 / 300, 3, 3],
    ['no revocation, 20 readers a second', 0, 20, 1],
  ])('trigger one new CRL in a minute at most: %s', async (_what, revocations, readers, most) => {
    let due = 0;
    for (let moment = 0; moment < 600; moment += 1) {
      now = START + moment * SECOND;
      for (due += revocations; due >= 1; due -= 1) revoke(`${moment}-${due}`);
      await Promise.all(Array.from({ length: readers }, listed));
    }
    expect(makings.length).toBeLessThanOrEqual(most);
    expect(questions).toBeLessThanOrEqual(10);
    const pauses = makings.slice(1).map((at, index) => at - (makings[index] ?? 0));
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(TIMES.interval);
  });

  it.each([0, 1, 30 * SECOND, MINUTE - 1])(
    'see a revocation at most a minute after it, %s ms after the last CRL',
    async (after) => {
      await publisher.current();
      now = START + after;
      revoke('aa');
      now = START + MINUTE - 1;
      expect(await listed()).toBe('');
      now = START + MINUTE;
      expect(await listed()).toBe('aa');
      expect(makings).toEqual([START, START + MINUTE]);
    },
  );

  it('see a revocation at once if the last check was a minute ago', async () => {
    await publisher.current();
    now += 20 * MINUTE;
    await publisher.current();
    now += MINUTE;
    revoke('aa');
    expect(await listed()).toBe('aa');
  });

  it('trigger no new CRL for a revocation that the last one lists already', async () => {
    revoke('aa');
    await publisher.current();
    now += MINUTE;
    await publisher.current();
    expect(makings).toHaveLength(1);
    expect(questions).toBe(2);
  });

  it('trigger a new CRL once half of the life of the last one is over, and not before', async () => {
    await publisher.current();
    now = START + TIMES.lifetime / 2 - 1;
    await publisher.current();
    expect(makings).toHaveLength(1);
    now = START + TIMES.lifetime / 2;
    expect((await publisher.current()).thisUpdate).toEqual(new Date(now));
    expect(makings).toHaveLength(2);
  });

  it('trigger a CRL for each change without an interval, and none if nothing changed', async () => {
    publisher = newPublisher({ interval: 0 });
    for (const serial of ['aa', 'bb', 'cc']) {
      revoke(serial);
      await publisher.current();
      expect(await listed()).toContain(serial);
    }
    expect(makings).toHaveLength(3);
  });
});

describe('caches', () => {
  it('may keep a CRL only for as long as the portal itself serves it', async () => {
    const freshAt = async (moment: number): Promise<number> => {
      now = START + moment;
      return (await publisher.current()).freshFor;
    };
    expect(await freshAt(0)).toBe(MINUTE);
    expect(await freshAt(45 * SECOND)).toBe(15 * SECOND);
    expect(await freshAt(MINUTE - 1)).toBe(1);
    expect(await freshAt(MINUTE)).toBe(MINUTE);
  });

  it('may not keep it beyond half of its life', async () => {
    await publisher.current();
    now = START + TIMES.lifetime / 2 - 10 * SECOND;
    expect((await publisher.current()).freshFor).toBe(10 * SECOND);
  });

  it('may not keep one that is served although the next is due', async () => {
    await publisher.current();
    now += MINUTE;
    revoke('aa');
    failWith('CA_UNAVAILABLE');
    expect((await publisher.current()).freshFor).toBe(0);
  });
});

describe('a failing authority', () => {
  it.each(['CA_UNAVAILABLE', 'CA_REFUSED'] as const)(
    'leaves readers the last CRL until that expires, and then its error (%s)',
    async (code) => {
      revoke('aa');
      await publisher.current();
      revoke('bb');
      failWith(code);
      for (now = START + MINUTE; now < START + TIMES.lifetime; now += MINUTE) expect(await listed()).toBe('aa');
      await expect(publisher.current()).rejects.toMatchObject({ code });
    },
  );

  it('is not called for a while by any reader, and then called again', async () => {
    await publisher.current();
    revoke('aa');
    failWith('CA_UNAVAILABLE');
    now = START + MINUTE;
    await Promise.all(Array.from({ length: 10 }, listed));
    now += PAUSE - 1;
    expect(await listed()).toBe('');
    expect(makings).toHaveLength(2);
    beforeAnswer = () => Promise.resolve();
    now += 1;
    expect(await listed()).toBe('aa');
    expect(makings).toHaveLength(3);
  });

  it('passes its error to everyone who waits if there is no CRL yet', async () => {
    failWith('CA_UNAVAILABLE');
    const outcomes = await Promise.allSettled([listed(), listed(), listed()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(makings).toHaveLength(1);
    beforeAnswer = () => Promise.resolve();
    now += PAUSE;
    expect(await listed()).toBe('');
  });

  it('is logged once, and again only after it has answered meanwhile', async () => {
    const log = jest.spyOn(console, 'error');
    const failFor = async (tries: number): Promise<void> => {
      failWith('CA_UNAVAILABLE');
      for (let one = 0; one < tries; one += 1) {
        now += MINUTE;
        revoke(`${now}`);
        await listed();
      }
    };
    await publisher.current();
    await failFor(3);
    expect(log).toHaveBeenCalledTimes(1);
    beforeAnswer = () => Promise.resolve();
    now += MINUTE;
    await publisher.current();
    await failFor(2);
    expect(log).toHaveBeenCalledTimes(2);
    expect(log.mock.calls.flat().join()).toContain('CA_UNAVAILABLE');
  });
});

describe('a clock that is set back', () => {
  it.each([1, SECOND, MINUTE, 24 * 60 * MINUTE])('does not hide a revocation (by %s ms)', async (by) => {
    now = START + 10 * MINUTE;
    await publisher.current();
    revoke('aa');
    now -= by;
    expect(await listed()).toBe('aa');
  });

  it('never gives readers a CRL of the future', async () => {
    await publisher.current();
    now = START - 60 * MINUTE;
    expect((await publisher.current()).thisUpdate).toEqual(new Date(now));
  });

  it('makes the next reader wait for another CRL if it happens during one', async () => {
    const slow = slowAuthority();
    const first = listed();
    await slow.isAsked;
    now -= MINUTE;
    revoke('aa');
    const second = listed();
    slow.answer();
    expect([await first, await second]).toEqual(['', 'aa']);
  });
});

describe('a slow CRL', () => {
  /** Begins a second CRL, after one was made. */
  async function beginAgain() {
    await publisher.current();
    now = START + MINUTE;
    revoke('aa');
    const slow = slowAuthority();
    const waiting = listed();
    await slow.isAsked;
    return { ...slow, waiting };
  }

  it('is shared by all readers who come meanwhile', async () => {
    const { answer, waiting } = await beginAgain();
    now += PATIENCE - 1;
    const later = [listed(), listed()];
    answer();
    expect(await Promise.all([waiting, ...later])).toEqual(['aa', 'aa', 'aa']);
    expect(makings).toHaveLength(2);
  });

  it('counts from its beginning: a revocation made meanwhile is served an interval later', async () => {
    const slow = slowAuthority();
    const first = listed();
    await slow.isAsked;
    revoke('aa');
    now += PATIENCE / 2;
    slow.answer();
    expect(await first).toBe('');
    now = START + MINUTE - 1;
    expect(await listed()).toBe('');
    now = START + MINUTE;
    expect(await listed()).toBe('aa');
  });

  it('keeps no late reader waiting: they get the last CRL', async () => {
    const { answer, waiting } = await beginAgain();
    now += PATIENCE;
    expect(await Promise.all([listed(), listed()])).toEqual(['', '']);
    answer();
    expect(await waiting).toBe('aa');
    expect(await listed()).toBe('aa');
    expect(makings).toHaveLength(2);
  });

  it('makes late readers wait if the last CRL has expired', async () => {
    const { answer, waiting } = await beginAgain();
    now = START + TIMES.lifetime;
    const late = listed();
    beforeAnswer = () => Promise.resolve();
    answer();
    expect(await Promise.all([waiting, late])).toEqual(['aa', 'aa']);
  });

  it('does not count for a reader who came an interval later', async () => {
    const slow = slowAuthority();
    const first = listed();
    await slow.isAsked;
    revoke('aa');
    now += MINUTE;
    const late = [listed(), listed()];
    beforeAnswer = () => Promise.resolve();
    slow.answer();
    expect(await Promise.all([first, ...late])).toEqual(['', 'aa', 'aa']);
    expect(makings).toHaveLength(2);
  });

  it('is not begun again after a failure by those who have waited for it', async () => {
    const slow = slowAuthority();
    const first = listed();
    await slow.isAsked;
    now += MINUTE;
    const late = [listed(), listed()];
    slow.fail();
    const outcomes = await Promise.allSettled([first, ...late]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(makings).toHaveLength(1);
  });
});
