import { expect, it } from '@jest/globals';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { isDatabaseAway } from '../../../portal/src/server/store/database-away.js';

const withCode = (code: string) => Object.assign(new Error('failed'), { code });

it.each([
  ['a refused connection', withCode('ECONNREFUSED')],
  ['a server that stops', withCode('57P01')],
  ['a server that starts', withCode('57P03')],
  ['a broken connection', withCode('08006')],
  ['no room for a connection', withCode('53300')],
  ['a connection that was closed under a query', new Error('Connection terminated unexpectedly')],
  ['any of them below a query', new DrizzleQueryError('select 1', [], withCode('ECONNRESET'))],
])('recognises %s as a database that is down', (_what, error) => {
  expect(isDatabaseAway(error)).toBe(true);
});

it.each([
  ['a constraint', withCode('23505')],
  ['a query that was cancelled', withCode('57014')],
  ['a missing file', withCode('ENOENT')],
  ['no error', 'ECONNREFUSED'],
])('does not take %s for a database that is down', (_what, error) => {
  expect(isDatabaseAway(error)).toBe(false);
});
