import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CrlBench, MINUTE, SECOND, START, TIMES } from './crl-bench.js';

const PAUSE = 5 * SECOND;
const PATIENCE = 10 * SECOND;

let bench: CrlBench;

beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  bench = new CrlBench();
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('a failing authority', () => {
  it.each(['CA_UNAVAILABLE', 'CA_REFUSED'] as const)(
    'leaves readers the last CRL until that expires, and then its error (%s)',
    async (code) => {
      bench.revoke('aa');
      await bench.publisher.current();
      bench.revoke('bb');
      bench.failWith(code);
      for (bench.now = START + MINUTE; bench.now < START + TIMES.lifetime; bench.now += MINUTE)
        expect(await bench.listed()).toBe('aa');
      await expect(bench.publisher.current()).rejects.toMatchObject({ code });
    },
  );

  it('is not called for a while by any reader, and then called again', async () => {
    await bench.publisher.current();
    bench.revoke('aa');
    bench.failWith('CA_UNAVAILABLE');
    bench.now = START + MINUTE;
    await Promise.all(Array.from({ length: 10 }, () => bench.listed()));
    bench.now += PAUSE - 1;
    expect(await bench.listed()).toBe('');
    expect(bench.makings).toHaveLength(2);
    bench.beforeAnswer = () => Promise.resolve();
    bench.now += 1;
    expect(await bench.listed()).toBe('aa');
    expect(bench.makings).toHaveLength(3);
  });

  it('passes its error to everyone who waits if there is no CRL yet', async () => {
    bench.failWith('CA_UNAVAILABLE');
    const outcomes = await Promise.allSettled([bench.listed(), bench.listed(), bench.listed()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(bench.makings).toHaveLength(1);
    bench.beforeAnswer = () => Promise.resolve();
    bench.now += PAUSE;
    expect(await bench.listed()).toBe('');
  });

  it('is logged once, and again only after it has answered meanwhile', async () => {
    const log = jest.spyOn(console, 'error');
    const failFor = async (tries: number): Promise<void> => {
      bench.failWith('CA_UNAVAILABLE');
      for (let one = 0; one < tries; one += 1) {
        bench.now += MINUTE;
        bench.revoke(`${bench.now}`);
        await bench.listed();
      }
    };
    await bench.publisher.current();
    await failFor(3);
    expect(log).toHaveBeenCalledTimes(1);
    bench.beforeAnswer = () => Promise.resolve();
    bench.now += MINUTE;
    await bench.publisher.current();
    await failFor(2);
    expect(log).toHaveBeenCalledTimes(2);
    expect(log.mock.calls.flat().join()).toContain('CA_UNAVAILABLE');
  });
});

describe('a slow CRL', () => {
  /** Begins a second CRL, after one was made. */
  async function beginAgain() {
    await bench.publisher.current();
    bench.now = START + MINUTE;
    bench.revoke('aa');
    const slow = bench.slowAuthority();
    const waiting = bench.listed();
    await slow.isAsked;
    return { ...slow, waiting };
  }

  it('is shared by all readers who come meanwhile', async () => {
    const { answer, waiting } = await beginAgain();
    bench.now += PATIENCE - 1;
    const later = [bench.listed(), bench.listed()];
    answer();
    expect(await Promise.all([waiting, ...later])).toEqual(['aa', 'aa', 'aa']);
    expect(bench.makings).toHaveLength(2);
  });

  it('counts from its beginning: a revocation made meanwhile is served an interval later', async () => {
    const slow = bench.slowAuthority();
    const first = bench.listed();
    await slow.isAsked;
    bench.revoke('aa');
    bench.now += PATIENCE / 2;
    slow.answer();
    expect(await first).toBe('');
    bench.now = START + MINUTE - 1;
    expect(await bench.listed()).toBe('');
    bench.now = START + MINUTE;
    expect(await bench.listed()).toBe('aa');
  });

  it('keeps no late reader waiting: they get the last CRL', async () => {
    const { answer, waiting } = await beginAgain();
    bench.now += PATIENCE;
    expect(await Promise.all([bench.listed(), bench.listed()])).toEqual(['', '']);
    answer();
    expect(await waiting).toBe('aa');
    expect(await bench.listed()).toBe('aa');
    expect(bench.makings).toHaveLength(2);
  });

  it('makes late readers wait if the last CRL has expired', async () => {
    const { answer, waiting } = await beginAgain();
    bench.now = START + TIMES.lifetime;
    const late = bench.listed();
    bench.beforeAnswer = () => Promise.resolve();
    answer();
    expect(await Promise.all([waiting, late])).toEqual(['aa', 'aa']);
  });

  it('does not count for a reader who came an interval later', async () => {
    const slow = bench.slowAuthority();
    const first = bench.listed();
    await slow.isAsked;
    bench.revoke('aa');
    bench.now += MINUTE;
    const late = [bench.listed(), bench.listed()];
    bench.beforeAnswer = () => Promise.resolve();
    slow.answer();
    expect(await Promise.all([first, ...late])).toEqual(['', 'aa', 'aa']);
    expect(bench.makings).toHaveLength(2);
  });

  it('is not begun again after a failure by those who have waited for it', async () => {
    const slow = bench.slowAuthority();
    const first = bench.listed();
    await slow.isAsked;
    bench.now += MINUTE;
    const late = [bench.listed(), bench.listed()];
    slow.fail();
    const outcomes = await Promise.allSettled([first, ...late]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(bench.makings).toHaveLength(1);
  });
});
