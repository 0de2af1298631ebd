import { cmsContract, type CmsPath } from '@cardwright/protocol/cms';
import { OPERATION_ROUTES } from './operations.js';
import type { BoundRoute } from './route.js';

const ofStep = { who: 'own-account', isSecondStep: true } as const;

/**
 * The second step of a sign-in with one of the user's own cards: the paths of `OPERATION_ROUTES` for the operation `prove-owner` alone. Its last results
 * give the second factor, in a session that replaces the one before. An operation that this session has not started in the last minutes is
 * `OPERATION_NOT_FOUND`.
 */
export const CARD_STEP_ROUTES = {
  'POST /api/session/second-factor/card/devices/eligibility': {
    ...OPERATION_ROUTES['POST /api/devices/eligibility'],
    ...ofStep,
    sentence: 'Says whether the user may prove with each of some devices who they are.',
  },
  'POST /api/session/second-factor/card/operations': {
    ...OPERATION_ROUTES['POST /api/operations'],
    ...ofStep,
    sentence: 'Starts or resumes a proof with a device.',
  },
  'POST /api/session/second-factor/card/operations/{id}/results': {
    ...OPERATION_ROUTES['POST /api/operations/{id}/results'],
    ...ofStep,
    errors: [...cmsContract['operations/{id}/results'].errors, 'LOGIN_REQUIRED'],
    sentence:
      'Takes the outcomes of a step of the proof. The last ones give the second factor, in a session that replaces the one before.',
  },
  'POST /api/session/second-factor/card/operations/{id}/cancel': {
    ...OPERATION_ROUTES['POST /api/operations/{id}/cancel'],
    ...ofStep,
    sentence: 'Ends a proof because its user wants it.',
  },
} as const satisfies Readonly<Record<`POST /api/session/second-factor/card/${CmsPath}`, BoundRoute>>;
