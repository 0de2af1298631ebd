import { readFileSync } from 'node:fs';
import { readSignIn } from '../../login/read-sign-in.js';
import { signInSettings, type SignInSettings } from '../../login/settings.js';
import { tables } from '../setting.js';

/** The ways to sign in besides local accounts. */
export const SIGN_IN = {
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
