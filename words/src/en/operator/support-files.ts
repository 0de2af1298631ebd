import { plural } from '../../plural.js';

const count = plural('en');

/** The words of a device's support files. Commands stand between backticks. */
export const supportFiles = {
  hint: 'A user saves a support file in the extension, and an administrator with `cardwright-host bundle write`. It holds no secret.',
  file: 'Support file',
  attach: 'Attach a support file',
  attached: 'Attached.',
  removed: 'Removed.',
  by: (time: string, user: string) => `${time}, by ${user}`,
  noChecks: 'No checks were made.',
  allPassed: (checks: number) => `All ${checks} checks passed or were skipped.`,
  someFailed: (failed: number, checks: number) => `${failed} of ${checks} checks failed.`,
  show: 'Show',
  hide: 'Hide',
  download: 'Download',
  /** Labels of buttons for screen readers. `time` is when the file was added. */
  showFile: (time: string) => `Show the file of ${time}`,
  hideFile: (time: string) => `Hide the file of ${time}`,
  downloadFile: (time: string) => `Download the file of ${time}`,
  removeFile: (time: string) => `Remove the file of ${time}`,

  checks: 'Checks',
  noneMade: 'None were made.',
  outcomes: { passed: 'Passed', failed: 'Failed', skipped: 'Skipped' },
  policy: 'Policy in force',
  log: "The host's log",
  made: 'Made',
  when: 'When',
  madeBy: 'By',
  makers: { extension: 'The extension', host: 'The host' },
  extension: 'Extension',
  host: 'Host',
  notReached: 'not reached',
  failures: 'Last failures',
  failuresHint: 'Commands that failed after the browser was started, the latest last.',
  noTrace: 'No messages were recorded.',
  traceErrors: 'Errors in the trace',
  messages: (messages: number, sessions: number) =>
    count(sessions, {
      one: `${messages} messages of one session`,
      other: `${messages} messages of ${sessions} sessions`,
    }),
  dropped: (messages: number) => `${messages} older ones were dropped`,
  wholeTrace: 'The whole trace is in the file: open it with the protocol inspector.',
  noTime: 'unknown time',
};
