import { CardwrightError } from '@cardwright/protocol';

/** The meaning of a browser's text, before the host has answered anything and afterwards. */
interface Meaning {
  readonly says: RegExp;
  readonly atStart: HostErrorCode;
  readonly later: HostErrorCode;
}
type HostErrorCode = 'HOST_MISSING' | 'HOST_FORBIDDEN' | 'HOST_START_FAILED' | 'HOST_ANSWER_INVALID' | 'HOST_CRASHED';

const always = (code: HostErrorCode) => ({ atStart: code, later: code });

/**
 * The texts that browsers give when a host cannot be started, or ends. Chromium's are in
 * extensions/browser/api/messaging/native_message_host.cc (raised by native_message_process_host.cc) and message_service.cc; Firefox's
 * in toolkit/components/extensions/NativeMessaging.sys.mjs and toolkit/modules/subprocess/.
 *
 * The texts leave two cases open, which `cardwright-host doctor` decides: a Snap or Flatpak browser, which finds no host or cannot
 * start it, looks like any other; and a manifest that is damaged or hidden by policy looks like a missing one.
 */
const MEANINGS: readonly Meaning[] = [
  // kNotFoundError: no manifest, an unreadable one, or a user's own where policy forbids those.
  { says: /^Specified native messaging host not found\b/, ...always('HOST_MISSING') },
  // Firefox gives the same text for a missing manifest, an unreadable one, and one that does not name the extension.
  { says: /^No such native application\b/, ...always('HOST_MISSING') },
  // kForbiddenError: the manifest does not name the extension.
  { says: /^Access to the specified native messaging host is forbidden\b/, ...always('HOST_FORBIDDEN') },
  // kProhibitedByPoliciesError: NativeMessagingBlocklist.
  {
    says: /^Access to the native messaging host was disabled by the system administrator\b/,
    ...always('HOST_FORBIDDEN'),
  },
  // kMissingPermissionError: the user or policy has removed the permission.
  { says: /^Access to native messaging requires nativeMessaging permission\b/, ...always('HOST_FORBIDDEN') },
  // kFailedToStartError: the program could not be launched.
  { says: /^Failed to start native messaging host\b/, ...always('HOST_START_FAILED') },
  // kHostInputOutputError: a frame of more than 1 MiB (plain text in the output looks like one), or a broken pipe.
  { says: /^Error when communicating with the native messaging host\b/, ...always('HOST_ANSWER_INVALID') },
  // Firefox, for a frame of more than 1 MiB.
  { says: /^Native application tried to send a message of \d+ bytes\b/, ...always('HOST_ANSWER_INVALID') },
  // Firefox's Subprocess: the manifest's path names no program.
  {
    says: /^File at path ".*" does not exist, or is not (a normal file|executable)\b/s,
    ...always('HOST_START_FAILED'),
  },
  // Firefox, for what it hides from extensions: at the start a program that could not be started, later a frame that is not JSON.
  { says: /^An unexpected error occurred\b/, atStart: 'HOST_START_FAILED', later: 'HOST_ANSWER_INVALID' },
  // kNativeHostExited. On Linux and macOS a file that must not be executed ends like this too: execve fails in the child process.
  { says: /^Native host has exited\b/, atStart: 'HOST_START_FAILED', later: 'HOST_CRASHED' },
];

/**
 * Translates the browser's text into the reason why the host is missing or has ended.
 *
 * @param browserSays empty if the browser says nothing, as Firefox when the host has ended
 * @param hasAnswered true if the host has answered anything before
 */
export function hostError(browserSays: string, { hasAnswered }: { readonly hasAnswered: boolean }): CardwrightError {
  const meaning = MEANINGS.find(({ says }) => says.test(browserSays));
  const { atStart, later } = meaning ?? { atStart: 'HOST_START_FAILED', later: 'HOST_CRASHED' };
  return new CardwrightError(hasAnswered ? later : atStart, {}, { cause: new Error(browserSays) });
}
