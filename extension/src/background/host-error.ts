import { CardwrightError } from '@cardwright/protocol';

/** The meaning of a browser's error text: the error `atStart` before the host has sent any message, and the error `later` afterwards. */
interface Meaning {
  readonly says: RegExp;
  readonly atStart: HostErrorCode;
  readonly later: HostErrorCode;
}
type HostErrorCode = 'HOST_MISSING' | 'HOST_FORBIDDEN' | 'HOST_START_FAILED' | 'HOST_ANSWER_INVALID' | 'HOST_CRASHED';

const always = (code: HostErrorCode) => ({ atStart: code, later: code });

/**
 * The error texts that browsers report when a host cannot be started, or ends. Chromium's texts are in
 * extensions/browser/api/messaging/native_message_host.cc (raised by native_message_process_host.cc) and message_service.cc. Firefox's
 * are in toolkit/components/extensions/NativeMessaging.sys.mjs and toolkit/modules/subprocess/.
 *
 * `cardwright-host doctor` recognises two cases that these texts do not show. A browser from Snap or Flatpak that finds no host, or cannot
 * start it, reports the same text as any other browser. A manifest that is damaged or hidden by policy is reported like a missing manifest.
 */
const MEANINGS: readonly Meaning[] = [
  // kNotFoundError: the manifest is missing or unreadable, or it is the user's own manifest and policy forbids such manifests.
  { says: /^Specified native messaging host not found\b/, ...always('HOST_MISSING') },
  // Firefox reports the same text if the manifest is missing, is unreadable, or does not name the extension.
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
  // kHostInputOutputError: a broken pipe, or a frame of more than 1 MiB. The browser reads the beginning of plain text as the length of
  // such a frame.
  { says: /^Error when communicating with the native messaging host\b/, ...always('HOST_ANSWER_INVALID') },
  // Firefox, for a frame of more than 1 MiB.
  { says: /^Native application tried to send a message of \d+ bytes\b/, ...always('HOST_ANSWER_INVALID') },
  // Firefox's Subprocess: the manifest's path names no program.
  {
    says: /^File at path ".*" does not exist, or is not (a normal file|executable)\b/s,
    ...always('HOST_START_FAILED'),
  },
  // Firefox hides details from extensions. At the start this means that the program could not be started; later, that a frame is not
  // JSON.
  { says: /^An unexpected error occurred\b/, atStart: 'HOST_START_FAILED', later: 'HOST_ANSWER_INVALID' },
  // kNativeHostExited. On Linux and macOS a file that cannot be executed leads to this, too, because execve fails in the child process.
  { says: /^Native host has exited\b/, atStart: 'HOST_START_FAILED', later: 'HOST_CRASHED' },
];

/**
 * Returns the reason why the host is missing or has ended, from the browser's error text.
 *
 * @param browserSays the browser's text; empty if the browser gives no text, as Firefox does when the host has ended
 * @param hasAnswered true if the host has sent any message before
 */
export function hostError(browserSays: string, { hasAnswered }: { readonly hasAnswered: boolean }): CardwrightError {
  const meaning = MEANINGS.find(({ says }) => says.test(browserSays));
  const { atStart, later } = meaning ?? { atStart: 'HOST_START_FAILED', later: 'HOST_CRASHED' };
  return new CardwrightError(hasAnswered ? later : atStart, {}, { cause: new Error(browserSays) });
}
