import { expect, it } from '@jest/globals';
import { checkSecondFactor } from '../../../../portal/src/server/commands/doctor/second-factor.js';

it('warns where nobody needs a second factor', () => {
  const [finding, ...others] = checkSecondFactor({ secondFactor: 'nobody' });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ area: 'accounts', outcome: 'warning' });
  expect(finding?.text).toContain('CARDWRIGHT_SECOND_FACTOR');
});

it.each(['staff', 'everyone'] as const)('says nothing of %s', (secondFactor) => {
  expect(checkSecondFactor({ secondFactor })).toEqual([]);
});
