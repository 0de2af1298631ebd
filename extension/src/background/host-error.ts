import { CardwrightError } from '@cardwright/protocol';

/**
 * What the browser says when it cannot start the host or loses it. Chromium: native_message_host.cc and
 * NativeMessagingBlocklist; Firefox: NativeManifests.sys.mjs and NativeMessaging.sys.mjs.
 */
const MISSING = /host not found|No such native application/i;
const FORBIDDEN = /is forbidden|disabled by the system administrator|does not have permission/i;

/** Tells a host that is missing from one that is forbidden and one that ended, by the browser's own words. */
export function hostError(browserSays: string): CardwrightError {
  const cause = new Error(browserSays);
  if (MISSING.test(browserSays)) return new CardwrightError('HOST_MISSING', {}, { cause });
  if (FORBIDDEN.test(browserSays)) return new CardwrightError('HOST_FORBIDDEN', {}, { cause });
  return new CardwrightError('HOST_CRASHED', {}, { cause });
}
