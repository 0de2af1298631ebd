import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import { SWEPT_OPERATIONS } from '../../simulation/support/swept-operations.js';
import { SWEPT_PROFILE_NAMES, UNSWEPT_PROFILES } from '../../simulation/support/swept-profiles.js';

// Its figures come from the whole sweep, which takes twenty minutes: node tests/simulation/reliability.mjs
const text = readFileSync(inRepository('docs', 'reliability.md'), 'utf8');

it.each(Object.keys(SWEPT_OPERATIONS))('docs/reliability.md has the figures of the operation %s', (name) => {
  expect(text).toContain(`## \`${name}\`: `);
});

it.each(SWEPT_PROFILE_NAMES)('docs/reliability.md has the figures of the profile %s', (name) => {
  expect(text).toMatch(new RegExp(`^\\| \`${name}\` +\\| \\d`, 'm'));
});

it.each(Object.entries(UNSWEPT_PROFILES))('docs/reliability.md says why %s is not swept', (name, why) => {
  const row = text.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
  expect(row?.split(' | ').at(-1)?.replace(/ +\|$/, '')).toBe(why);
});
