import { describe, expect, it } from '@jest/globals';
import { OpenParts } from '../../../portal/src/server/start/open-parts.js';

const part = (name: string, closed: string[], problem?: Error) => ({
  name,
  close: async () => {
    await Promise.resolve();
    if (problem) throw problem;
    closed.push(name);
  },
});

describe('the open parts of a portal', () => {
  it('are closed one after the other, the latest first', async () => {
    const closed: string[] = [];
    const parts = new OpenParts();
    expect(parts.add(part('store', closed)).name).toBe('store');
    parts.add(part('work', closed));
    parts.add(part('server', closed));
    await parts.close();
    expect(closed).toEqual(['server', 'work', 'store']);
  });

  it('are closed once, however often this is asked for', async () => {
    const closed: string[] = [];
    const parts = new OpenParts();
    parts.add(part('store', closed));
    await Promise.all([parts.close(), parts.close()]);
    await parts.close();
    expect(closed).toEqual(['store']);
  });

  it('are all closed, although one of them fails to close', async () => {
    const closed: string[] = [];
    const problem = new Error('the work is stuck');
    const parts = new OpenParts();
    parts.add(part('store', closed));
    parts.add(part('work', closed, problem));
    parts.add(part('server', closed));
    await expect(parts.close()).rejects.toMatchObject({ errors: [problem] });
    expect(closed).toEqual(['server', 'store']);
  });
});
