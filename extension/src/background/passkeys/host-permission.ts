import { browser } from '../../browser.js';

/** Makes the match pattern of an origin. Firefox has no patterns with a port, so the pattern covers every port of the host. */
export function patternOf(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${hostname}/*`;
}

/**
 * True if the extension may run a script at an origin: the user allowed it, in the window that explained it, or an administrator did.
 * The manifest asks for no site in advance.
 */
export const isPermitted = (origin: string): Promise<boolean> =>
  browser.permissions.contains({ origins: [patternOf(origin)] });
