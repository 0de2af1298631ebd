import * as v from 'valibot';
import { PAGE_ROUTES } from './public.js';

/** Pages to which nobody returns: the sign-in page itself, and the page to which providers return. */
const OF_THE_SIGN_IN: readonly string[] = ['GET /login', 'GET /sign-in/{provider}'];
const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const PAGES: readonly RegExp[] = Object.keys(PAGE_ROUTES)
  .filter((address) => !OF_THE_SIGN_IN.includes(address))
  .map((address) => new RegExp(`^${address.slice('GET '.length).replaceAll(/\{\w+\}/g, ID)}$`));

/**
 * True for the path of a page of this portal, without query and fragment. Everything else is refused, because an address that an attacker chose
 * would open after the sign-in as if the portal had sent the user there.
 */
export const isReturnPath = (path: string): boolean => PAGES.some((page) => page.test(path));

/** Schema of the page that a user wanted before signing in. */
export const returnPath = v.pipe(v.string(), v.check(isReturnPath, 'expected the path of a page'));
