import { click, fill, waitFor } from '../../../support/page-stage.js';
import { addPasskey } from '../../../support/passkeys.js';
import type { LookedAt } from './looked-at.js';

const PROVIDERS = [
  { name: 'work', title: 'your work account' },
  { name: 'guests', title: 'Example Identity for Guests and Contractors' },
];

/** Scenes of the page for logging in. */
export const LOGIN_SCENES = {
  login: { page: 'login', shows: '>>> #login' },
  'login-refused': {
    page: 'login',
    shows: '>>> #login',
    act: async (page) => {
      await fill(page, '>>> #username', 'ada');
      await fill(page, '>>> #password', 'wrong');
      await click(page, '>>> #login');
      await waitFor(page, '>>> [role=alert]');
    },
  },
  'login-german': { page: 'login', language: 'de', shows: '>>> #login' },
  'login-providers': { page: 'login', providers: PROVIDERS, takesPasskeys: true, shows: '>>> .provider' },
  'login-returned': {
    page: 'login',
    language: 'de',
    address: '/sign-in/work',
    providers: PROVIDERS,
    refusal: 'taken',
    shows: '>>> [role=alert]',
  },
  'login-passkey': { page: 'login', takesPasskeys: true, shows: '>>> #passkey' },
  'login-passkey-german': {
    page: 'login',
    language: 'de',
    takesPasskeys: true,
    refusesPasskeys: 'PASSKEY_LOGIN_REFUSED',
    shows: '>>> #passkey',
    act: async (page) => {
      await addPasskey(page);
      await click(page, '>>> #passkey');
      await waitFor(page, '>>> [role=alert]');
    },
  },
} as const satisfies Readonly<Record<string, LookedAt>>;
