import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import * as entry from '@cardwright/cms';
import { STANDARD_OPERATIONS } from '@cardwright/cms';
import { inRepository } from '@cardwright/stage';
import { SWEPT_OPERATIONS, UNSWEPT_OPERATIONS } from '../../simulation/support/swept-operations.js';

it('sweeps each operation of the package for faults, or says why not', () => {
  const swept = Object.values(SWEPT_OPERATIONS).map(({ kind }) => kind);
  expect(new Set([...swept, ...Object.keys(UNSWEPT_OPERATIONS)])).toEqual(
    new Set(STANDARD_OPERATIONS.map(({ kind }) => kind)),
  );
});

it.each(STANDARD_OPERATIONS)('exports the operation $kind, and lists it in docs/issuance.md', (operation) => {
  expect(Object.values(entry)).toContain(operation);
  expect(readFileSync(inRepository('docs', 'issuance.md'), 'utf8')).toContain(`\n| \`${operation.kind}\` `);
});
