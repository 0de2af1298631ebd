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

it.each(STANDARD_OPERATIONS)('offers the operation $kind by name, and names it in the README', (operation) => {
  const [name] = Object.entries(entry).find(([, offered]) => offered === operation) ?? [];
  expect(readFileSync(inRepository('cms', 'README.md'), 'utf8')).toContain(`\`${name ?? operation.kind}\``);
  expect(name).toBeDefined();
});
