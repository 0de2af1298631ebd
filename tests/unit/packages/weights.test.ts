// Needs the build.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { LIMITS, weigh, type Weighed } from '../../support/weights.js';

/** Returns the part that a module belongs to: a package of others, or a room of ours. */
function partOf(file: string): string {
  const [, name] = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  if (name !== undefined) return /^(@lit\/|lit)/.test(name) ? 'lit' : name;
  const [own = '', , room = ''] = file.split('/');
  return `${own}/${room.replace(/\.\w+$/, '')}`;
}

const sum = (modules: readonly { readonly bytes: number }[]): number =>
  modules.reduce((total, { bytes }) => total + bytes, 0);

describe.each(LIMITS)('$what', (limit) => {
  const { most, parts } = limit;
  let weighed: Weighed;
  beforeAll(async () => {
    weighed = await weigh(limit);
  });

  it('weighs no more than its limit', () => {
    const { gzip, minified } = weighed;
    expect(minified).toBeGreaterThan(0);
    if ('gzip' in most) expect(gzip).toBeLessThanOrEqual(most.gzip);
    else expect(minified).toBeLessThanOrEqual(most.minified);
  });

  it('has no part that grew', () => {
    const { modules } = weighed;
    const named = (file: string): string => (partOf(file) in parts ? partOf(file) : 'others');
    const grown = Object.entries(parts).flatMap(([part, limit]) => {
      const own = modules.filter(({ file }) => named(file) === part).toSorted((a, b) => b.bytes - a.bytes);
      const bytes = sum(own);
      return bytes <= limit ? [] : [{ part, bytes, limit, largest: own.slice(0, 8) }];
    });
    expect(grown).toEqual([]);
  });
});
