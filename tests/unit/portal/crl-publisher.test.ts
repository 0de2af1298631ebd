import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CrlBench, MINUTE, SECOND, START, TIMES } from './crl-bench.js';

let bench: CrlBench;

beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  bench = new CrlBench();
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('readers of the CRL', () => {
  it.each([1, 2, 10, 1000])('share one new CRL, %s at once', async (readers) => {
    const served = await Promise.all(Array.from({ length: readers }, () => bench.publisher.current()));
    expect(bench.makings).toHaveLength(1);
    expect(bench.questions).toBe(1);
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
      bench.now = START + moment * SECOND;
      for (due += revocations; due >= 1; due -= 1) bench.revoke(`${moment}-${due}`);
      await Promise.all(Array.from({ length: readers }, () => bench.listed()));
    }
    expect(bench.makings.length).toBeLessThanOrEqual(most);
    expect(bench.questions).toBeLessThanOrEqual(10);
    const pauses = bench.makings.slice(1).map((at, index) => at - (bench.makings[index] ?? 0));
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(TIMES.interval);
  });

  it.each([0, 1, 30 * SECOND, MINUTE - 1])(
    'see a revocation at most a minute after it, %s ms after the last CRL',
    async (after) => {
      await bench.publisher.current();
      bench.now = START + after;
      bench.revoke('aa');
      bench.now = START + MINUTE - 1;
      expect(await bench.listed()).toBe('');
      bench.now = START + MINUTE;
      expect(await bench.listed()).toBe('aa');
      expect(bench.makings).toEqual([START, START + MINUTE]);
    },
  );

  it('see a revocation at once if the last check was a minute ago', async () => {
    await bench.publisher.current();
    bench.now += 20 * MINUTE;
    await bench.publisher.current();
    bench.now += MINUTE;
    bench.revoke('aa');
    expect(await bench.listed()).toBe('aa');
  });

  it('trigger no new CRL for a revocation that the last one lists already', async () => {
    bench.revoke('aa');
    await bench.publisher.current();
    bench.now += MINUTE;
    await bench.publisher.current();
    expect(bench.makings).toHaveLength(1);
    expect(bench.questions).toBe(2);
  });

  it('trigger a new CRL once half of the life of the last one is over, and not before', async () => {
    await bench.publisher.current();
    bench.now = START + TIMES.lifetime / 2 - 1;
    await bench.publisher.current();
    expect(bench.makings).toHaveLength(1);
    bench.now = START + TIMES.lifetime / 2;
    expect((await bench.publisher.current()).thisUpdate).toEqual(new Date(bench.now));
    expect(bench.makings).toHaveLength(2);
  });

  it('trigger a CRL for each change without an interval, and none if nothing changed', async () => {
    bench = new CrlBench({ interval: 0 });
    for (const serial of ['aa', 'bb', 'cc']) {
      bench.revoke(serial);
      await bench.publisher.current();
      expect(await bench.listed()).toContain(serial);
    }
    expect(bench.makings).toHaveLength(3);
  });

  it('wait for another CRL, without an interval, if something was revoked during one', async () => {
    bench = new CrlBench({ interval: 0 });
    const slow = bench.slowAuthority();
    const first = bench.listed();
    await slow.isAsked;
    bench.now += 1;
    bench.revoke('aa');
    const second = bench.listed();
    slow.answer();
    expect([await first, await second]).toEqual(['', 'aa']);
  });
});

describe('caches', () => {
  it('may keep a CRL only for as long as the portal itself serves it', async () => {
    const freshAt = async (moment: number): Promise<number> => {
      bench.now = START + moment;
      return (await bench.publisher.current()).freshFor;
    };
    expect(await freshAt(0)).toBe(MINUTE);
    expect(await freshAt(45 * SECOND)).toBe(15 * SECOND);
    expect(await freshAt(MINUTE - 1)).toBe(1);
    expect(await freshAt(MINUTE)).toBe(MINUTE);
  });

  it('may not keep it beyond half of its life', async () => {
    await bench.publisher.current();
    bench.now = START + TIMES.lifetime / 2 - 10 * SECOND;
    expect((await bench.publisher.current()).freshFor).toBe(10 * SECOND);
  });

  it('may not keep one that is served although the next is due', async () => {
    await bench.publisher.current();
    bench.now += MINUTE;
    bench.revoke('aa');
    bench.failWith('CA_UNAVAILABLE');
    expect((await bench.publisher.current()).freshFor).toBe(0);
  });
});

describe('a clock that is set back', () => {
  it.each([1, SECOND, MINUTE, 24 * 60 * MINUTE])('does not hide a revocation (by %s ms)', async (by) => {
    bench.now = START + 10 * MINUTE;
    await bench.publisher.current();
    bench.revoke('aa');
    bench.now -= by;
    expect(await bench.listed()).toBe('aa');
  });

  it('never gives readers a CRL of the future', async () => {
    await bench.publisher.current();
    bench.now = START - 60 * MINUTE;
    expect((await bench.publisher.current()).thisUpdate).toEqual(new Date(bench.now));
  });

  it('makes the next reader wait for another CRL if it happens during one', async () => {
    const slow = bench.slowAuthority();
    const first = bench.listed();
    await slow.isAsked;
    bench.now -= MINUTE;
    bench.revoke('aa');
    const second = bench.listed();
    slow.answer();
    expect([await first, await second]).toEqual(['', 'aa']);
  });
});
