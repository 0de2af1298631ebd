import * as v from 'valibot';
import type { OwnAccess } from '../../store/audit-list.js';
import type { ListedSession } from '../../accounts/sessions.js';
import { auditPosition } from './audit.js';
import { EMPTY, ID, NOTHING, of, uuid, type RouteTable } from './route.js';

/** A session in a list; `isThis` is set for the session of the request. */
export type ShownSession = ListedSession & { readonly isThis: boolean };

/** Schema of the answer with the sessions that are left, the last used first. */
const left = v.object({ sessions: of<readonly ShownSession[]>() });

/** A person's own sessions, and what happened to the account. */
export const ACCOUNT_ROUTES = {
  'GET /api/account/sessions': {
    who: 'own-account',
    takes: NOTHING,
    answer: left,
    sentence: "Lists the user's open sessions.",
  },
  'POST /api/account/sessions/{id}/end': {
    who: 'own-account',
    bound: 'change',
    takes: v.object({ parameters: ID, body: EMPTY }),
    answer: left,
    sentence: "Ends a session of the user. An id that is none of the user's open sessions ends nothing.",
  },
  'POST /api/account/sessions/end': {
    who: 'own-account',
    bound: 'change',
    takes: v.object({ body: v.strictObject({ which: v.picklist(['others', 'all']) }) }),
    answer: left,
    sentence: 'Ends all sessions of the user, with or without the one of the request.',
  },
  'GET /api/account/access': {
    who: 'own-account',
    takes: v.object({ query: v.strictObject({ before: v.exactOptional(auditPosition) }) }),
    answer: v.object({
      entries: of<readonly OwnAccess[]>(),
      /** Value for `before`; null on the last page. */
      next: v.nullable(v.number()),
    }),
    sentence: "Lists a page of what the audit log says of access to the user's account, newest first.",
  },
} as const satisfies RouteTable;

/** Sessions of a person, for others. */
export const PERSON_SESSION_ROUTES = {
  'GET /api/operator/people/{id}/sessions': {
    who: 'end-sessions',
    takes: v.object({ parameters: ID }),
    answer: left,
    sentence: 'Lists the open sessions of a person.',
  },
  'POST /api/operator/people/{id}/sessions/{session}/end': {
    who: 'end-sessions',
    bound: 'change',
    takes: v.object({ parameters: v.strictObject({ id: uuid, session: uuid }), body: EMPTY }),
    answer: left,
    sentence: "Ends a session of a person. An id that is none of the person's open sessions ends nothing.",
  },
  'POST /api/operator/people/{id}/sessions/end': {
    who: 'end-sessions',
    bound: 'change',
    takes: v.object({ parameters: ID, body: EMPTY }),
    answer: left,
    sentence: 'Ends all sessions of a person.',
  },
} as const satisfies RouteTable;
