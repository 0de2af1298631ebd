import { expect, it } from '@jest/globals';
import { LOCKS } from '../../../portal/src/server/store/advisory-locks.js';

it('has a number of its own for each lock, so that none waits for another', () => {
  expect(new Set(Object.values(LOCKS)).size).toBe(Object.keys(LOCKS).length);
});
