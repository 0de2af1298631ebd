/**
 * Purposes of cookies: the session, an attempt to sign in with a passkey, the persons for whom the browser is known, the language of
 * the pages, a language that was chosen before signing in, and a phone's enrolment.
 */
export type CookiePurpose = 'session' | 'passkey' | 'known' | 'language' | 'chosen-language' | 'mobile';

const SECOND = 1000;

export const isSecure = (origin: string): boolean => origin.startsWith('https:');

/** Returns the name of a cookie. On https its prefix keeps other hosts of the domain from setting the cookie (RFC 6265bis, 4.1.3.2). */
export function cookieName(origin: string, purpose: CookiePurpose): string {
  const name = purpose === 'session' ? 'cardwright' : `cardwright-${purpose}`;
  return isSecure(origin) ? `__Host-${name}` : name;
}

/**
 * Attributes of every cookie: hidden from scripts and from other sites.
 *
 * @param lifetime in milliseconds
 */
export const cookieOptions = (origin: string, lifetime: number) =>
  ({
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure(origin),
    maxAge: lifetime / SECOND,
  }) as const;
