/**
 * Purposes of cookies: the session (`session`), an attempt to sign in with a passkey (`passkey`) or at a provider (`provider`), the persons who have
 * logged in with the browser (`known`), the language of the pages (`language`), a language that was chosen before signing in (`chosen-language`),
 * and the phone's browser that downloaded the profile of an enrolment (`mobile`).
 */
export type CookiePurpose = 'session' | 'passkey' | 'provider' | 'known' | 'language' | 'chosen-language' | 'mobile';

const SECOND = 1000;

export const isSecure = (origin: string): boolean => origin.startsWith('https:');

/**
 * Returns the name of a cookie. On https its prefix `__Host-` keeps other hosts of the domain from setting the cookie (RFC 6265bis,
 * 4.1.3.2).
 */
export function cookieName(origin: string, purpose: CookiePurpose): string {
  const name = purpose === 'session' ? 'cardwright' : `cardwright-${purpose}`;
  return isSecure(origin) ? `__Host-${name}` : name;
}

/**
 * Returns the attributes of a cookie that scripts cannot read, and that browsers do not send with requests from other sites.
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
