import { browser } from '../../browser.js';

/** Returns the match pattern of an origin. Firefox has no patterns with a port, so the pattern covers every port of the host name. */
export function patternOf(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${hostname}/*`;
}

/**
 * True if the extension may run a script at an origin, because the user or an administrator has allowed it. The user is asked in a
 * window that explains the reason. The manifest demands no such permission in advance.
 */
export const isPermitted = (origin: string): Promise<boolean> =>
  browser.permissions.contains({ origins: [patternOf(origin)] });
