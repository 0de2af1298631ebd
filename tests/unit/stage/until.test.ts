import { describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';

describe('until', () => {
  it('returns what it waited for as soon as it is there', async () => {
    let looks = 0;
    await expect(until(() => ((looks += 1) === 3 ? 'it' : undefined), { what: 'a third look' })).resolves.toBe('it');
    expect(looks).toBe(3);
  });

  it('names the awaited thing that did not come in time', async () => {
    await expect(until(() => false, { what: 'a card', timeout: 30 })).rejects.toThrow('a card: not within 30 ms');
  });

  it('gives up on a look that never ends', async () => {
    const look = () => new Promise<true>(() => undefined);
    await expect(until(look, { what: 'a card', timeout: 30 })).rejects.toThrow('a card: not within 30 ms');
  });
});
