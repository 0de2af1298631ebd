import { browser } from '../../browser.js';

/** The match pattern of an origin. Firefox knows none with a port, so it is that of the host. */
export function patternOf(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${hostname}/*`;
}

/**
 * Whether the extension may run a script at an origin: the user allowed it, in the window that said why, or an administrator did. The
 * manifest asks for no site in advance.
 */
export const isPermitted = (origin: string): Promise<boolean> =>
  browser.permissions.contains({ origins: [patternOf(origin)] });
