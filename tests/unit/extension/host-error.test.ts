import { expect, it } from '@jest/globals';
import { hostError } from '../../../extension/src/background/host-error.js';

it.each([
  // Chromium
  ['Specified native messaging host not found.', 'HOST_MISSING', 'HOST_MISSING'],
  ['Access to the specified native messaging host is forbidden.', 'HOST_FORBIDDEN', 'HOST_FORBIDDEN'],
  ['Access to the native messaging host was disabled by the system administrator.', 'HOST_FORBIDDEN', 'HOST_FORBIDDEN'],
  ['Access to native messaging requires nativeMessaging permission.', 'HOST_FORBIDDEN', 'HOST_FORBIDDEN'],
  ['Failed to start native messaging host.', 'HOST_START_FAILED', 'HOST_START_FAILED'],
  ['Invalid native messaging host name specified.', 'HOST_START_FAILED', 'HOST_CRASHED'],
  ['Native host has exited.', 'HOST_START_FAILED', 'HOST_CRASHED'],
  ['Error when communicating with the native messaging host.', 'HOST_ANSWER_INVALID', 'HOST_ANSWER_INVALID'],
  // Firefox
  ['No such native application org.cardwright.host', 'HOST_MISSING', 'HOST_MISSING'],
  ['File at path "/opt/cardwright" does not exist, or is not executable', 'HOST_START_FAILED', 'HOST_START_FAILED'],
  ['File at path "C:\\c.exe" does not exist, or is not a normal file', 'HOST_START_FAILED', 'HOST_START_FAILED'],
  ['An unexpected error occurred', 'HOST_START_FAILED', 'HOST_ANSWER_INVALID'],
  [
    'Native application tried to send a message of 1752460652 bytes, which exceeds the limit of 1048576 bytes.',
    'HOST_ANSWER_INVALID',
    'HOST_ANSWER_INVALID',
  ],
  // Firefox says nothing when the host has ended. A future browser may say anything.
  ['', 'HOST_START_FAILED', 'HOST_CRASHED'],
  ['Something new', 'HOST_START_FAILED', 'HOST_CRASHED'],
])('reads the browser’s words “%s” as %s at the start, and as %s later', (words, atStart, later) => {
  expect(hostError(words, { hasAnswered: false }).code).toBe(atStart);
  expect(hostError(words, { hasAnswered: true }).code).toBe(later);
});
