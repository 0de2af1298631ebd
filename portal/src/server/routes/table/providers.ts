import { text } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { returnPath } from './return-path.js';
import { EMPTY, NOTHING, of, sends, type RouteTable } from './route.js';
import { refused } from './refusals.js';
import { opened } from './session.js';

const providerName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));
const begun = v.union([
  v.object({
    /** Address at the provider, which the browser opens. */
    url: v.string(),
  }),
  refused,
]);

/** Schema of a member that is set if the browser brought back a new proof of a user who is signed in, and no sign-in. */
const isProof = v.boolean();

/** Sign-ins at OpenID Providers. These routes answer `METHOD_NOT_FOUND` for a provider that the settings do not have. */
export const PROVIDER_ROUTES = {
  'GET /api/session/providers': {
    who: 'anyone',
    takes: NOTHING,
    answer: v.object({ providers: of<readonly { readonly name: string; readonly title: string }[]>() }),
    sentence: 'Lists the providers at which people can sign in.',
  },
  'POST /api/session/provider': {
    who: 'anyone',
    bound: { because: 'Beginnings are limited by browser and network.' },
    takes: v.object({
      body: v.strictObject({
        provider: providerName,
        /** Page that opens after the sign-in; null for the first page of the user. */
        returnTo: v.nullable(returnPath),
      }),
    }),
    answer: begun,
    errors: ['METHOD_NOT_FOUND', 'RATE_LIMITED'],
    sentence: 'Begins a sign-in at a provider, for this browser.',
  },
  'POST /api/session/provider/answer': {
    who: 'anyone',
    bound: { inside: 'sign-in' },
    takes: v.object({
      body: v.strictObject({
        provider: providerName,
        /** Query of the address to which the provider has sent the browser. */
        answer: text(8000),
      }),
    }),
    answer: v.union([
      v.object({ ...opened.entries, returnTo: v.nullable(v.string()), isProof }),
      v.object({ ...refused.entries, isProof }),
    ]),
    errors: ['METHOD_NOT_FOUND', 'RATE_LIMITED'],
    sentence: 'Signs in, or proves again who the user is, with what the provider has answered.',
  },
  'POST /api/session/proof/provider': {
    who: 'own-account',
    bound: 'change',
    takes: v.object({ body: EMPTY }),
    answer: begun,
    errors: ['METHOD_NOT_FOUND', 'RATE_LIMITED'],
    isSecondStep: true,
    sentence: 'Begins a new proof of identity at the provider that has opened the session.',
  },
} as const satisfies RouteTable;

/** Requests of providers themselves. */
export const LOGOUT_ROUTES = {
  'POST /sign-in/{provider}/logout': {
    who: 'provider',
    bound: { because: 'It ends sessions that are open, each once.' },
    takes: v.object({ parameters: v.strictObject({ provider: v.string() }) }),
    answer: sends('nothing, or application/json for a token that is refused'),
    sentence: 'Ends the sessions that a logout token of the provider names (OpenID Connect Back-Channel Logout 1.0).',
  },
} as const satisfies RouteTable;
