import { expect, it } from '@jest/globals';
import { findWay, judgeOf } from '../../../support/one-person-alone.js';

it('finds no way for one person alone in many generated histories', () => {
  expect(findWay(judgeOf(), 300_000)).toBeNull();
});
