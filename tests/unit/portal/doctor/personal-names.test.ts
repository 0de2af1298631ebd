import { expect, it } from '@jest/globals';
import { checkPersonalNames } from '../../../../portal/src/server/commands/doctor/personal-names.js';

const NOBODY = { displayName: 'Someone', email: null, upn: null, sid: null };

/** What is found in a database with these accounts. */
const found = (...accounts: readonly { readonly username: string; readonly [name: string]: unknown }[]) =>
  checkPersonalNames({
    engine: 'PostgreSQL',
    rows: () => Promise.resolve(accounts.map((account) => ({ ...NOBODY, ...account }))),
    close: () => Promise.resolve(),
  });

it('finds nothing where each name is as new accounts have it', async () => {
  const alice = { username: 'alice', displayName: 'Zoë 山田', email: 'a@example.com', upn: 'alice@corp.example' };
  expect(await found({ ...alice, sid: 'S-1-5-21-1-2-3-4' }, { username: 'bob@example.com' })).toEqual([]);
});

it('is a problem if two accounts have one UPN or SID, in whatever letters', async () => {
  const findings = await found(
    { username: 'alice', upn: 'Alice@corp.example', sid: 'S-1-5-21-1-2-3-4' },
    { username: 'bob', upn: 'alice@CORP.example' },
    { username: 'carol', sid: 'S-1-5-21-1-2-3-4' },
  );
  expect(findings).toMatchObject([
    { area: 'accounts', outcome: 'problem', text: expect.stringMatching(/one UPN, .*: alice, bob\.$/) as unknown },
    { area: 'accounts', outcome: 'problem', text: expect.stringMatching(/one SID, .*: alice, carol\.$/) as unknown },
  ]);
});

it.each([
  ['a name that reverses the text', { displayName: 'Ada \u202Eevil' }],
  ['a name in full-width letters', { displayName: '\uFF21da' }],
  ['a UPN with a character that cannot be seen', { upn: 'ada\u200B@corp.example' }],
  ['a SID with a zero before a number', { sid: 'S-1-5-021-1' }],
])('warns of %s', async (_what, names) => {
  expect(await found({ username: 'ada', ...names })).toMatchObject([
    { outcome: 'warning', text: expect.stringMatching(/: ada\.$/) as unknown },
  ]);
});

it('warns of an account that is called like an actor of the audit log', async () => {
  expect(await found({ username: 'portal' }, { username: 'anonymous' })).toMatchObject([
    { outcome: 'warning', text: expect.stringMatching(/: portal, anonymous\.$/) as unknown },
  ]);
});
