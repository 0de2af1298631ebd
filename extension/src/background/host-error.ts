import { CardwrightError } from '@cardwright/protocol';

/** What a text of the browser means: before the host has said anything, and after that. */
interface Meaning {
  readonly says: RegExp;
  readonly atStart: HostErrorCode;
  readonly later: HostErrorCode;
}
type HostErrorCode = 'HOST_MISSING' | 'HOST_FORBIDDEN' | 'HOST_START_FAILED' | 'HOST_ANSWER_INVALID' | 'HOST_CRASHED';

const always = (code: HostErrorCode) => ({ atStart: code, later: code });

/**
 * The texts that browsers give when a host cannot be started, or ends. Chromium's are in
 * extensions/browser/api/messaging/native_message_host.cc (given out by native_message_process_host.cc) and
 * message_service.cc; Firefox's in toolkit/components/extensions/NativeMessaging.sys.mjs and
 * toolkit/modules/subprocess/.
 *
 * They do not tell a Snap or Flatpak browser, which finds no host or cannot start it, from another one, nor a damaged manifest or
 * one that policy hides from a missing one; `cardwright-host doctor` does.
 */
const MEANINGS: readonly Meaning[] = [
  // kNotFoundError: no manifest, or one that cannot be read, or a user's own where policy forbids that.
  { says: /^Specified native messaging host not found\b/, ...always('HOST_MISSING') },
  // Firefox says the same of a missing manifest, an unreadable one, and one that does not name the extension.
  { says: /^No such native application\b/, ...always('HOST_MISSING') },
  // kForbiddenError: the manifest does not name the extension.
  { says: /^Access to the specified native messaging host is forbidden\b/, ...always('HOST_FORBIDDEN') },
  // kProhibitedByPoliciesError: NativeMessagingBlocklist.
  {
    says: /^Access to the native messaging host was disabled by the system administrator\b/,
    ...always('HOST_FORBIDDEN'),
  },
  // kMissingPermissionError: the user or policy took the permission away.
  { says: /^Access to native messaging requires nativeMessaging permission\b/, ...always('HOST_FORBIDDEN') },
  // kFailedToStartError: the program could not be launched.
  { says: /^Failed to start native messaging host\b/, ...always('HOST_START_FAILED') },
  // kHostInputOutputError: a frame of more than 1 MiB, which is what text in the output looks like, or a broken pipe.
  { says: /^Error when communicating with the native messaging host\b/, ...always('HOST_ANSWER_INVALID') },
  // Firefox, of a frame of more than 1 MiB.
  { says: /^Native application tried to send a message of \d+ bytes\b/, ...always('HOST_ANSWER_INVALID') },
  // Firefox's Subprocess: the manifest's path leads to no program.
  {
    says: /^File at path ".*" does not exist, or is not (a normal file|executable)\b/s,
    ...always('HOST_START_FAILED'),
  },
  // Firefox, of what it does not tell extensions: a program that it could not start, later a frame that is not JSON.
  { says: /^An unexpected error occurred\b/, atStart: 'HOST_START_FAILED', later: 'HOST_ANSWER_INVALID' },
  // kNativeHostExited. On Linux and macOS a file that must not be run ends like that too: execve fails in the child process.
  { says: /^Native host has exited\b/, atStart: 'HOST_START_FAILED', later: 'HOST_CRASHED' },
];

/**
 * Tells by the browser's own words why there is no host, or no more.
 *
 * @param browserSays empty where it says nothing, as Firefox does when the host has ended
 * @param hasAnswered whether the host has said anything before
 */
export function hostError(browserSays: string, hasAnswered: boolean): CardwrightError {
  const meaning = MEANINGS.find(({ says }) => says.test(browserSays));
  const { atStart, later } = meaning ?? { atStart: 'HOST_START_FAILED', later: 'HOST_CRASHED' };
  return new CardwrightError(hasAnswered ? later : atStart, {}, { cause: new Error(browserSays) });
}
