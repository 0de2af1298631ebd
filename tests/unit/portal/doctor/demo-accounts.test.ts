import { expect, it } from '@jest/globals';
import { checkDemoAccounts } from '../../../../portal/src/server/commands/doctor/demo-accounts.js';

/** A database with these demo accounts, which has the column if `isKnown`. */
const withAccounts = (names: readonly string[], isKnown = true) => ({
  engine: 'PostgreSQL',
  rows: (sql: string) =>
    Promise.resolve(
      sql.includes('information_schema') ? (isKnown ? [{}] : []) : names.map((username) => ({ username })),
    ),
  close: () => Promise.resolve(),
});

it('names the demo accounts that are left, the first ten of them', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `demo-${index}`);
  const [finding, ...others] = await checkDemoAccounts(withAccounts(names));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ area: 'accounts', outcome: 'warning' });
  expect(finding?.text).toMatch(/demo-0, .*demo-9 and 2 more\.$/);
  expect(finding?.advice).toContain('account reset');
});

it('says nothing where there is none, and of a database that does not know yet', async () => {
  expect(await checkDemoAccounts(withAccounts([]))).toEqual([]);
  expect(await checkDemoAccounts(withAccounts(['alice'], false))).toEqual([]);
});
