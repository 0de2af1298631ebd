import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { MIN_WORD_LENGTH } from '../../accounts/password-rules.js';
import { SECOND_FACTOR_RULES, type SecondFactorRule } from '../../accounts/second-factor.js';
import { readSignIn } from '../../login/read-sign-in.js';
import { signInSettings, type SignInSettings } from '../../login/settings.js';
import { list, tables, text } from '../setting.js';

/** The rules for passwords, the ways to sign in besides local accounts, and who needs a second factor. */
export const SIGN_IN = {
  passwordWords: list(
    {
      variable: 'CARDWRIGHT_PASSWORD_WORDS',
      sentence:
        'What no password may contain, besides what is guessed first anywhere and the names in the public address: names of your organisation, its products and places.',
      example: 'acme,rocket,springfield',
      standard: 'nothing more',
    },
    {
      schema: v.pipe(v.string(), v.minLength(MIN_WORD_LENGTH), v.maxLength(64)),
      expected: `words of ${MIN_WORD_LENGTH} to 64 characters, separated by commas`,
    },
  ),
  secondFactor: text(
    {
      variable: 'CARDWRIGHT_SECOND_FACTOR',
      sentence:
        'Who needs a passkey besides the password: `staff`, who have a role other than user, `everyone` or `nobody`. A provider can take its place (`secondFactor` in `sign-in`).',
      example: 'staff',
      standard: 'staff',
    },
    { schema: v.pipe(v.string(), v.picklist(SECOND_FACTOR_RULES)), expected: 'staff, everyone or nobody' },
    (): SecondFactorRule => 'staff',
  ),
  actingAlone: text(
    {
      variable: 'CARDWRIGHT_ACTING_ALONE',
      sentence:
        'Whether one administrator alone may widen what is trusted: `allowed`, where there is only one, or `refused`, so that two who are independent of each other have to.',
      example: 'allowed',
      standard: 'refused',
    },
    { schema: v.pipe(v.string(), v.picklist(['allowed', 'refused'])), expected: 'allowed or refused' },
    () => 'refused' as const,
  ),
  signIn: tables(
    {
      variable: 'CARDWRIGHT_SIGN_IN',
      sentence:
        'Who else says who people are: a table with the list `oidc` of OpenID Providers, the directory `ldap`, and what happens to the devices of `leavers`; or the path of a JSON file with it. The secrets are in files that it names.',
      example: '/etc/cardwright-portal/sign-in.json',
      standard: 'nobody, there are only local accounts',
    },
    signInSettings,
    readSignIn,
    (): SignInSettings => ({ oidc: [], leavers: 'nothing' }),
    (file) => readFileSync(file, 'utf8'),
  ),
};
