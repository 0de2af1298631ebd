import { describe, expect, it } from '@jest/globals';
import { parse, is } from 'valibot';
import { demoAccounts, newAccount } from '../../../../portal/src/server/accounts/accounts.js';
import { personOf } from '../../../../portal/src/server/login/oidc/claims.js';
import { readPerson } from '../../../../portal/src/server/login/proven-person.js';
import { oidcProvider } from '../../../../portal/src/server/login/settings.js';

const SAID = { subject: '1', username: 'ada', displayName: 'Ada', email: null, upn: null, sid: null };
const read = (said: object) => readPerson('ldap:corp', { ...SAID, ...said }, []);
const LOCAL = { username: 'ada', displayName: 'Ada', role: 'user', password: 'long-enough' };

/** Names that would look like nothing, or like those of someone else. */
const UNSEEN = [
  ['a zero-width space', '\u200B'],
  ['a soft hyphen', '\u00AD'],
  ['a change of direction', '\u202E'],
  ['an isolate', '\u2066'],
  ['a Hangul filler', '\u3164'],
  ['a variation selector', '\uFE0F'],
  ['a line break', '\n'],
  ['NUL', '\0'],
] as const;

describe.each(UNSEEN)('a name with %s', (_what, character) => {
  it('is left out where an issuer says it', () => {
    expect(read({ displayName: `A${character}da`, upn: `a${character}da@corp.example` })).toMatchObject({
      displayName: 'ada',
      upn: null,
    });
  });

  it('is refused for a local account', () => {
    expect(is(newAccount, { ...LOCAL, displayName: `A${character}da` })).toBe(false);
    expect(is(newAccount, { ...LOCAL, upn: `a${character}da@corp.example` })).toBe(false);
  });
});

it('full-width and other letters are plain ones in the names of people', () => {
  const names = {
    displayName: ' \uFF21da\u3000Lovelace ',
    upn: '\uFF41da\uFF20corp.example',
    email: '\uFF41da@corp.example',
  };
  const plain = { displayName: 'Ada Lovelace', upn: 'ada@corp.example', email: 'ada@corp.example' };
  expect(read(names)).toMatchObject(plain);
  expect(parse(newAccount, { ...LOCAL, ...names })).toMatchObject(plain);
});

it.each(['Zoë O’Neil-Ångström', "Jean d'Arc, Dr.", '山田 太郎', '홍길동', 'नेहा शर्मा', 'محمد'])(
  'a person can be called %s',
  (displayName) => {
    expect(read({ displayName })).toMatchObject({ displayName });
    expect(parse(newAccount, { ...LOCAL, displayName })).toMatchObject({ displayName });
  },
);

it('a SID is one text', () => {
  expect(read({ sid: 'S-1-5-21-1-2-3-1104' })).toMatchObject({ sid: 'S-1-5-21-1-2-3-1104' });
  expect(read({ sid: 'S-1-5-21-01-2-3-1104' })).toMatchObject({ sid: null });
});

it.each(['portal', 'anonymous'])('nobody is called %s, as the audit log calls an actor', (username) => {
  expect(is(newAccount, { ...LOCAL, username })).toBe(false);
  expect(read({ username: ` ${username.toUpperCase()} ` })).toBeNull();
});

it('two demo accounts have neither one UPN nor one SID', () => {
  const twice = (names: object, others: object) =>
    is(demoAccounts, [
      { ...LOCAL, ...names },
      { ...LOCAL, username: 'bob', ...others },
    ]);
  expect(twice({ upn: 'a@corp.example' }, { upn: 'A@corp.example' })).toBe(false);
  expect(twice({ sid: 'S-1-5-21-1' }, { sid: 'S-1-5-21-1' })).toBe(false);
  expect(twice({ upn: 'a@corp.example' }, { upn: 'b@corp.example' })).toBe(true);
});

describe('the mail address of a provider', () => {
  const emailOf = (claims: object, settings: object = {}) =>
    personOf(
      {
        ...parse(oidcProvider, {
          name: 'work',
          title: 'Work',
          issuer: 'https://work.example',
          clientId: 'portal',
          credential: { secretFile: '/not/read' },
          ...settings,
        }),
        credential: { secret: 'not used' },
      },
      { sub: '1', preferred_username: 'ada', email: 'ada@corp.example', ...claims },
    )?.email;

  it.each([true, 'true'])('counts if the provider calls it verified (%j)', (stated) => {
    expect(emailOf({ email_verified: stated })).toBe('ada@corp.example');
  });

  it.each([false, 'false', 0, null, '', 1, 'yes'])('does not count with %j', (stated) => {
    expect(emailOf({ email_verified: stated })).toBeNull();
    expect(emailOf({ email_verified: stated }, { unstatedEmailIsVerified: true })).toBeNull();
  });

  it('counts without a word of the provider only where a setting says so', () => {
    expect(emailOf({})).toBeNull();
    expect(emailOf({}, { unstatedEmailIsVerified: true })).toBe('ada@corp.example');
  });
});
