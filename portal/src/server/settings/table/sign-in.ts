import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { SECOND_FACTOR_RULES, type SecondFactorRule } from '../../accounts/second-factor.js';
import { readSignIn } from '../../login/read-sign-in.js';
import { signInSettings, type SignInSettings } from '../../login/settings.js';
import { tables, text } from '../setting.js';

/** The ways to sign in besides local accounts, and who needs a second factor. */
export const SIGN_IN = {
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
