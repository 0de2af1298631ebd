import { click, fill, waitFor } from '../../../support/page-stage.js';
import { addPasskey } from '../../../support/passkeys.js';
import { GOOD_TOKEN } from '../../../support/portal-pages.js';
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
  'second-step': { page: 'login', role: 'operator', secondFactor: 'needed', shows: '>>> #second-step' },
  'second-step-card': {
    page: 'login',
    role: 'operator',
    language: 'de',
    secondFactor: 'needed',
    takesPasskeys: true,
    hasCard: true,
    shows: '>>> #card-step',
  },
  'second-step-refused': {
    page: 'login',
    role: 'operator',
    language: 'de',
    secondFactor: 'needed',
    shows: '>>> #second-step',
    act: async (page) => {
      await click(page, '>>> #second-step');
      await waitFor(page, '>>> [role=alert]');
    },
  },
  'second-step-register': { page: 'login', role: 'operator', secondFactor: 'to-register', shows: '>>> #second-step' },
  'second-step-register-german': {
    page: 'login',
    role: 'operator',
    language: 'de',
    secondFactor: 'to-register',
    shows: '>>> #second-step',
  },
  'set-password': { page: 'set-password', address: `/set-password#${GOOD_TOKEN}`, shows: '>>> #set' },
  'set-password-dead': { page: 'set-password', language: 'de', shows: '>>> [role=alert]' },
  password: { page: 'password', role: 'user', address: '/password#advised', shows: '>>> #change' },
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
