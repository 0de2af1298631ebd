import { click, waitFor } from '../../../support/page-stage.js';
import type { LookedAt } from './looked-at.js';

/** Scenes of the page of one's own account. */
export const ACCOUNT_SCENES = {
  account: {
    page: 'account',
    role: 'user',
    shows: '>>> portal-session-list >>> tbody tr',
    act: (page) => waitFor(page, '>>> portal-own-access >>> tbody tr'),
  },
  'account-german': {
    page: 'account',
    role: 'operator',
    language: 'de',
    shows: '>>> portal-session-list >>> tbody tr',
    act: (page) => waitFor(page, '>>> portal-own-access >>> tbody tr'),
  },
  'account-passkeys': {
    page: 'account',
    role: 'user',
    takesPasskeys: true,
    shows: '>>> portal-passkey-list >>> tbody tr',
    act: async (page) => {
      await waitFor(page, '>>> portal-own-access >>> tbody tr');
      await click(page, '>>> [data-action=remove]');
      await waitFor(page, '>>> #confirm');
    },
  },
  'account-passkey-name': {
    page: 'account',
    role: 'user',
    language: 'de',
    takesPasskeys: true,
    shows: '>>> portal-passkey-list >>> tbody tr',
    act: async (page) => {
      await waitFor(page, '>>> portal-own-access >>> tbody tr');
      await click(page, '>>> [data-action=rename]');
      await waitFor(page, '>>> #passkey-name');
    },
  },
  'account-no-passkey': {
    page: 'account',
    role: 'user',
    takesPasskeys: true,
    signInPasskeys: [],
    shows: '>>> #add-passkey',
    act: (page) => waitFor(page, '>>> portal-own-access >>> tbody tr'),
  },
  'account-problem': {
    page: 'account',
    role: 'user',
    fails: 'account/sessions',
    shows: '>>> cardwright-error-pane',
  },
} as const satisfies Readonly<Record<string, LookedAt>>;
