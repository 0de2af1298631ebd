import * as v from 'valibot';
import { defineErrors } from './definition.js';

/** 2xxx: the extension, and the user at its windows. Append only. */
export const extensionErrors = defineErrors({
  EXTENSION_MISSING: {
    number: 2001,
    layer: 'extension',
    retriable: true,
    recovery: 'reload',
    install: 'extension',
    message: "The Cardwright extension didn't respond.",
  },
  SITE_NOT_GRANTED: {
    number: 2002,
    layer: 'extension',
    retriable: true,
    recovery: 'try-again',
    message: "This site isn't allowed to use your devices.",
    variants: { detail: 'consent', wayOn: { blocked: { recovery: 'ask-operator' } } },
    data: v.strictObject({ consent: v.picklist(['needed', 'denied', 'blocked']) }),
  },
  PERMISSION_DENIED: {
    number: 2003,
    layer: 'extension',
    retriable: false,
    recovery: 'try-again',
    message: 'This site needs more permissions.',
    data: v.strictObject({ permission: v.picklist(['read', 'use', 'manage']) }),
  },
  CMS_KEYS_UNAVAILABLE: {
    number: 2004,
    layer: 'extension',
    retriable: true,
    recovery: 'ask-operator',
    message: "The site's keys couldn't be read.",
  },
  USER_CANCELLED: {
    number: 2005,
    layer: 'extension',
    retriable: true,
    recovery: 'try-again',
    message: 'The window was closed before you finished.',
  },
  WINDOW_NOT_ALLOWED: {
    number: 2006,
    layer: 'extension',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: "Cardwright can't open its window now.",
  },
  INSECURE_CONTEXT: {
    number: 2007,
    layer: 'extension',
    retriable: false,
    recovery: 'none',
    message: "This page isn't secure.",
  },
  USER_TIMEOUT: {
    number: 2008,
    layer: 'extension',
    retriable: true,
    recovery: 'try-again',
    message: 'The window was open for too long.',
  },
  EXTENSION_LOST: {
    number: 2009,
    layer: 'extension',
    retriable: true,
    recovery: 'try-again',
    message: 'The connection to the Cardwright extension was lost.',
  },
  TOO_MANY_SESSIONS: {
    number: 2010,
    layer: 'extension',
    retriable: false,
    recovery: 'reload',
    message: 'This page has too many connections open.',
  },
  POLICY_CHANGED: {
    number: 2011,
    layer: 'extension',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: 'Your administrator changed the settings of Cardwright.',
  },
});
