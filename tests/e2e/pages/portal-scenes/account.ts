import { waitFor } from '../../../support/page-stage.js';
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
  'account-problem': {
    page: 'account',
    role: 'user',
    fails: 'account/sessions',
    shows: '>>> cardwright-error-pane',
  },
} as const satisfies Readonly<Record<string, LookedAt>>;
