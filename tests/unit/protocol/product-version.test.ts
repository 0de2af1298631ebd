import { describe, expect, it } from '@jest/globals';
import { isAtLeast } from '@cardwright/protocol/identity';

describe('a product version', () => {
  it.each([
    ['1.2.0', '1.2.0'],
    ['1.2.1', '1.2.0'],
    ['1.10.0', '1.9.9'],
    ['2.0', '1.99.99.99'],
    ['1.2', '1.2.0'],
    ['1.2.0', '1'],
  ])('%s is new enough where %s is asked for', (installed, minimum) => {
    expect(isAtLeast(installed, minimum)).toBe(true);
  });

  it.each([
    ['1.1.9', '1.2.0'],
    ['1.9.9', '1.10.0'],
    ['1.2', '1.2.0.1'],
    ['0.9', '1'],
    // A version that cannot be read is never new enough.
    ['latest', '1'],
    ['2.0.0-beta', '1'],
    ['', '0'],
    ['9.9.9', 'not readable'],
    ['9.9.9', ''],
    ['9.9.9', '1.2.0; rm'],
    ['9.9.9', '-1'],
  ])('%s is not where %s is', (installed, minimum) => {
    expect(isAtLeast(installed, minimum)).toBe(false);
  });
});
