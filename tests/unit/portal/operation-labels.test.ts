import { expect, it } from '@jest/globals';
import { STANDARD_OPERATIONS } from '@cardwright/cms';
import { words } from '@cardwright/words/en/portal';

it('has a button for each operation that a device can offer its owner', () => {
  const offered = STANDARD_OPERATIONS.filter(({ isOffered }) => isOffered !== undefined);
  expect(new Set(Object.keys(words.operations))).toEqual(new Set(offered.map(({ kind }) => kind)));
});
