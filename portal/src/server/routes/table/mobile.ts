import {
  confirmPhone,
  enrolmentStatus,
  mobileOffer,
  startEnrolment,
  startedEnrolment,
} from '@cardwright/protocol/mobile';
import * as v from 'valibot';
import { EMPTY, ID, NOTHING, sends, type RouteTable } from './route.js';

const enrolment = v.object({ parameters: ID });

/**
 * Routes of enrolments for pages, as in mobile.ts of the protocol, and the deletion of a mobile device. Each route answers `MOBILE_FORBIDDEN` if
 * the portal does not support mobile devices.
 */
export const MOBILE_ROUTES = {
  'GET /api/mobile': {
    who: 'own-devices',
    takes: NOTHING,
    answer: mobileOffer,
    errors: ['MOBILE_FORBIDDEN'],
    sentence: 'Says how the user adds a mobile device, and which one is being added.',
  },
  'POST /api/mobile/enrolments': {
    who: 'own-devices',
    bound: { inside: 'operation' },
    takes: v.object({ body: startEnrolment }),
    answer: startedEnrolment,
    errors: ['MOBILE_FORBIDDEN', 'PASSWORD_INCORRECT', 'CARD_PROOF_NEEDED', 'DEVICE_LIMIT', 'RATE_LIMITED'],
    sentence: 'Begins an enrolment, with the proof that `GET /api/mobile` names.',
  },
  'GET /api/mobile/enrolments/{id}': {
    who: 'own-devices',
    takes: enrolment,
    isBackground: true,
    answer: enrolmentStatus,
    errors: ['MOBILE_FORBIDDEN', 'ENROLMENT_NOT_FOUND'],
    sentence: 'Says how far an enrolment is.',
  },
  'GET /api/mobile/enrolments/{id}/events': {
    who: 'own-devices',
    takes: enrolment,
    isBackground: true,
    answer: sends('text/event-stream'),
    withoutHead: true,
    errors: ['MOBILE_FORBIDDEN', 'ENROLMENT_NOT_FOUND', 'RATE_LIMITED'],
    sentence: 'Sends the status now, and each time that it has changed.',
  },
  'POST /api/mobile/enrolments/{id}/confirm': {
    who: 'own-devices',
    bound: 'change',
    takes: v.object({ parameters: ID, body: confirmPhone }),
    answer: enrolmentStatus,
    errors: ['MOBILE_FORBIDDEN', 'ENROLMENT_NOT_FOUND', 'DEVICE_LIMIT'],
    sentence: 'Says that this is the right phone.',
  },
  'POST /api/mobile/enrolments/{id}/cancel': {
    who: 'own-devices',
    bound: 'change',
    takes: v.object({ parameters: ID, body: EMPTY }),
    answer: enrolmentStatus,
    errors: ['MOBILE_FORBIDDEN', 'ENROLMENT_NOT_FOUND'],
    sentence: 'Ends an enrolment.',
  },
  'DELETE /api/mobile/devices/{id}': {
    who: 'own-devices',
    bound: 'change',
    takes: v.object({ parameters: ID, body: EMPTY }),
    answer: v.object({}),
    errors: ['MOBILE_FORBIDDEN', 'DEVICE_STATE'],
    sentence: 'Ends a mobile device of the user, and revokes its certificates.',
  },
} as const satisfies RouteTable;
