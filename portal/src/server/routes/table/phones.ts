import * as v from 'valibot';
import { sends, type RouteTable } from './route.js';

/** Path with the secret part of a link. Any text is accepted here, because each route answers a wrong secret in its own way. */
const link = v.object({ parameters: v.object({ token: v.string() }) });
const place = v.object({ parameters: v.object({ place: v.string() }) });

/** The media type by which a phone recognises a profile. */
export const PROFILE_TYPE = 'application/x-apple-aspen-config';

/** An enrolment writes each of its rows once, and of refused requests only some are logged. */
const PER_ENROLMENT = { because: 'It belongs to an enrolment, which users begin within their quota of operations.' };

/** The pages that a phone's browser opens. */
export const LINK_ROUTES = {
  'GET /mobile/enrol/{token}': {
    who: 'phone',
    takes: link,
    answer: sends('text/html'),
    withoutHead: true,
    sentence: 'The page of a link. Opening it claims nothing: programs that preview links do so, too.',
  },
  'GET /mobile/enrol/{token}/profile': {
    who: 'phone',
    takes: link,
    answer: sends('text/html'),
    withoutHead: true,
    sentence: 'Leads the first browser that asks to the first profile, at an address that no other browser learns.',
  },
  'GET /mobile/enrol/{token}/profile/{handover}': {
    who: 'phone',
    takes: v.object({ parameters: v.object({ token: v.string(), handover: v.string() }) }),
    answer: sends(PROFILE_TYPE),
    withoutHead: true,
    sentence:
      'The first profile, for that browser; and once, within two minutes, for the system to which the browser may hand this address over.',
  },
} as const satisfies RouteTable;

const icon = v.object({ parameters: v.object({ id: v.string(), token: v.string() }) });

/** The page of the icon that the configuration brings to a phone. */
export const ICON_ROUTES = {
  'GET /mobile/installed/{id}/{token}': {
    who: 'phone',
    takes: icon,
    answer: sends('text/html'),
    withoutHead: true,
    sentence: 'The page of the icon on a phone. Opening it proves nothing: a system may fetch it for its picture.',
  },
  'POST /mobile/installed/{id}/{token}': {
    who: 'phone',
    bound: PER_ENROLMENT,
    takes: icon,
    answer: sends('text/html'),
    sentence: 'The button on that page: the phone has installed everything, and its device becomes active.',
  },
} as const satisfies RouteTable;

export const PROFILE_ROUTES = {
  'POST /mobile/profile-service/{id}': {
    who: 'phone',
    bound: PER_ENROLMENT,
    takes: v.object({ parameters: v.object({ id: v.string() }) }),
    answer: sends(PROFILE_TYPE),
    errors: ['ENROLMENT_NOT_FOUND', 'PHONE_UNSUPPORTED', 'PHONE_NOT_GENUINE', 'PHONE_OF_ANOTHER'],
    sentence: "Takes a phone's answer to a profile, and gives it the next one (Apple's Profile Service).",
  },
} as const satisfies RouteTable;

export const SCEP_ROUTES = {
  'GET /mobile/scep/{place}': {
    who: 'phone',
    takes: place,
    answer: sends('application/x-pki-message'),
    withoutHead: true,
    sentence: 'The SCEP server (RFC 8894, 4).',
  },
  'POST /mobile/scep/{place}': {
    who: 'phone',
    bound: PER_ENROLMENT,
    takes: place,
    answer: sends('application/x-pki-message'),
    sentence: 'The SCEP server, for a message in the body.',
  },
} as const satisfies RouteTable;
