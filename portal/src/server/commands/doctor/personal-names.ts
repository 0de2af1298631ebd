import * as v from 'valibot';
import { accountName, newAccount } from '../../accounts/accounts.js';
import { sidKey, upnKey } from '../../accounts/windows-names.js';
import { findingsOf, type Finding } from '../../findings/finding.js';
import { named } from './named.js';
import type { ReadOnlyDatabase } from './read-only-database.js';

const { warning, problem } = findingsOf('accounts');

const rows = v.array(
  v.object({
    username: v.string(),
    displayName: v.string(),
    email: v.nullable(v.string()),
    upn: v.nullable(v.string()),
    sid: v.nullable(v.string()),
  }),
);
type Row = v.InferOutput<typeof rows>[number];

/** The names of a person that stand in certificates. */
const NAMES = ['displayName', 'email', 'upn', 'sid'] as const;

/**
 * Returns problems of the names of people, which a portal of today refuses, and an older one has kept: two accounts with one UPN or SID, names with
 * characters that cannot be seen or look like others, and accounts that are called like an actor of the audit log.
 */
export async function checkPersonalNames(database: ReadOnlyDatabase): Promise<Finding[]> {
  const all = v.parse(
    rows,
    await database.rows(
      'SELECT username, display_name AS "displayName", email, upn, sid FROM users WHERE deleted_at IS NULL ORDER BY username',
    ),
  );
  const doubles = [
    ...doubled(all, 'UPN', ({ upn }) => upn && upnKey(upn)),
    ...doubled(all, 'SID', ({ sid }) => sid && sidKey(sid)),
  ];
  const unseen = all.filter((row) => NAMES.some((name) => !isKept(name, row[name])));
  const reserved = all.filter(
    ({ username }) => !v.is(newAccount.entries.username, username) && v.is(accountName, username),
  );
  return [
    ...doubles,
    ...(unseen.length === 0
      ? []
      : [
          warning(
            `These accounts have a name, address, UPN or SID as no new account can have it: ${named(unseen)}.`,
            'Look for characters that cannot be seen, or that look like others. A provider or directory corrects them at the next sign-in; replace a local account.',
          ),
        ]),
    ...(reserved.length === 0
      ? []
      : [
          warning(
            `These accounts are called like an actor of the audit log: ${named(reserved)}.`,
            'Replace them by accounts with other names, and delete them.',
          ),
        ]),
  ];
}

/** True if a value is as a new account would have it. */
const isKept = (name: (typeof NAMES)[number], value: string | null): boolean => {
  if (value === null) return true;
  const read = v.safeParse(newAccount.entries[name], value);
  return read.success && read.output === value;
};

/** Returns a problem for each key that several accounts have. */
function doubled(all: readonly Row[], what: string, keyOf: (row: Row) => string | null): Finding[] {
  const holders = new Map<string, Row[]>();
  for (const row of all) {
    const key = keyOf(row);
    if (key !== null) holders.set(key, [...(holders.get(key) ?? []), row]);
  }
  return [...holders.values()]
    .filter((rows) => rows.length > 1)
    .map((rows) =>
      problem(
        `These accounts have one ${what}, so that their certificates are of one Windows account: ${named(rows)}.`,
        'Find out whose it is. Correct the others at their provider or directory, or replace the local ones; terminate the devices that were issued to the wrong person.',
      ),
    );
}
