import * as v from 'valibot';
import { NOTHING, sends, type RouteTable } from './route.js';

const open = { who: 'anyone', takes: NOTHING } as const;
const later = {
  who: 'anyone',
  takes: v.object({ parameters: v.strictObject({ authority: v.string() }) }),
  errors: ['METHOD_NOT_FOUND'],
} as const;
const page = { ...open, answer: sends('text/html') };

/**
 * Documents for programs that check certificates (RFC 5280, 4.2.1.13 and 4.2.2.1), and for the browser extension, which identifies the card
 * management by its public keys.
 */
export const AUTHORITY_ROUTES = {
  'GET /ca/ca.der': {
    ...open,
    answer: sends('application/pkix-cert'),
    sentence: "The authority's certificate.",
  },
  'GET /ca/ca.pem': {
    ...open,
    answer: sends('application/x-pem-file'),
    sentence: "The authority's certificate, as PEM.",
  },
  'GET /ca/crl.der': {
    ...open,
    answer: sends('application/pkix-crl'),
    sentence: 'The certificates that were revoked.',
  },
  'GET /ca/{authority}/ca.der': {
    ...later,
    answer: sends('application/pkix-cert'),
    sentence: 'The certificate of an authority that came after the first one.',
  },
  'GET /ca/{authority}/ca.pem': {
    ...later,
    answer: sends('application/x-pem-file'),
    sentence: 'The same, as PEM.',
  },
  'GET /ca/{authority}/crl.der': {
    ...later,
    answer: sends('application/pkix-crl'),
    sentence: 'The certificates of that authority that were revoked.',
  },
  'GET /.well-known/cardwright': {
    ...open,
    answer: sends('application/jwk-set+json'),
    sentence: 'The public keys of the CMS, for pages and extensions of any origin.',
  },
} as const satisfies RouteTable;

/** Contacts for whoever finds a weakness (RFC 9116). */
export const SECURITY_ROUTES = {
  'GET /.well-known/security.txt': {
    ...open,
    answer: sends('text/plain'),
    errors: ['METHOD_NOT_FOUND'],
    sentence: 'Where a weakness can be reported; not there without a contact in the settings.',
  },
} as const satisfies RouteTable;

/** Pages that contain everything they show. */
export const HELP_ROUTES = {
  'GET /help/troubleshooting': {
    ...page,
    sentence: "Every error of the catalogue, with its code as anchor; the pages' errors link to it.",
  },
} as const satisfies RouteTable;

/** Pages that load what they show from the routes below `/api`. */
export const PAGE_ROUTES = {
  'GET /login': { ...page, sentence: 'The page on which people sign in.' },
  'GET /set-password': { ...page, sentence: 'The page behind a link for a new password.' },
  'GET /password': { ...page, sentence: 'The page on which users change their own password.' },
  'GET /sign-in/{provider}': {
    ...page,
    takes: v.object({ parameters: v.strictObject({ provider: v.string() }) }),
    sentence: 'The page to which a provider returns: it signs in with what the provider has answered.',
  },
  'GET /my-devices': { ...page, sentence: "The page of a user's own devices." },
  'GET /account': { ...page, sentence: "The page of a user's own account: sessions, and what happened to it." },
  'GET /operator': { ...page, sentence: "The operator's pages." },
  'GET /operator/devices/{id}': { ...page, sentence: "The operator's page of a device." },
  'GET /operator/people/{id}': { ...page, sentence: "The operator's page of a person." },
  'GET /operator/operations/{id}': { ...page, sentence: "The operator's page of an operation." },
} as const satisfies RouteTable;

export const START_ROUTES = {
  'GET /': { ...page, sentence: 'Leads to My Devices.' },
} as const satisfies RouteTable;

/** Routes that `@fastify/static` registers. */
export const FILE_ROUTES = {
  'GET /*': {
    ...open,
    answer: sends('text/javascript, text/css'),
    sentence: 'The files of which the pages are made.',
  },
} as const satisfies RouteTable;
