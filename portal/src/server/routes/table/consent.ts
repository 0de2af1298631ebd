import * as v from 'valibot';
import { entriesOf } from './route.js';

/**
 * Returns the schema of `consent` in a body: the user has seen how a change widens trust, and wants it. It may be missing, because only such a change
 * needs it. With it, the route wants a fresh proof of identity (`Route.fresh`).
 */
export const consent = () => v.exactOptional(v.literal(true));

/** Returns true if a route wants a fresh proof of identity only with `consent` in the body. */
export const takesConsent = (takes: v.GenericSchema): boolean => 'consent' in entriesOf(entriesOf(takes).body);
