import type { ErrorText } from '../../error-text.js';

/** Words for the errors 3000 to 3999. */
export const hostErrors = {
  HOST_MISSING: {
    cause: 'It is not installed for this browser, or policy hides it.',
    user: 'Install Cardwright on this computer, then try again.',
  },
  HOST_FORBIDDEN: {
    cause: "The extension's id is not in the host's manifest, or policy forbids the host.",
    user: 'Contact your help desk.',
  },
  HOST_CRASHED: {
    cause: 'Something ended the host, or it has a defect.',
    user: 'Try again.',
  },
  STEP_REQUIRED: {
    cause: 'The page sent a command that is only allowed in a step signed by the portal.',
    user: 'Contact your help desk.',
  },
  STEP_REFUSED: {
    cause: 'Its signature, session, device, order or age is not right, or it was made for another card.',
    user: 'Try again from the beginning.',
  },
  SECRET_REFUSED: {
    cause: 'It was sealed for another session, device, operation or purpose.',
    user: 'Try again from the beginning.',
  },
  SECRET_MISSING: {
    cause: 'The session that prepared it has ended.',
    user: 'Try again.',
  },
  HOST_START_FAILED: {
    cause: 'The file that the browser starts is missing, must not be run, or stopped at once.',
    user: 'Reinstall Cardwright on this computer, or contact your help desk.',
  },
  HOST_INTERPRETER_FORBIDDEN: {
    cause: 'Policy forbids the command prompt (DisableCMD), and the browser starts hosts through it.',
    user: 'Contact your help desk.',
  },
  HOST_ANSWER_INVALID: {
    cause: 'Another program is registered in its place, or something writes into its output.',
    user: 'Contact your help desk.',
  },
  BROWSER_SANDBOXED: {
    cause: 'The browser was installed as a Snap or Flatpak package, which keeps it from starting other programs.',
    user: 'Use a different browser, or contact your help desk.',
  },
  HOST_MANIFEST_INVALID: {
    cause: 'The native messaging manifest is damaged, or has another name than the host.',
    user: 'Reinstall Cardwright on this computer, or contact your help desk.',
  },
  USER_HOST_FORBIDDEN: {
    cause: 'Policy forbids hosts that are installed for a single user (NativeMessagingUserLevelHosts).',
    user: 'Contact your help desk.',
  },
  HOST_DAMAGED: {
    cause: 'Files of the host are missing or were changed.',
    user: 'Reinstall Cardwright on this computer, or contact your help desk.',
  },
  POLICY_UNREADABLE: {
    cause: "A policy sets a value that isn't allowed.",
    user: 'Contact your help desk.',
  },
} satisfies Readonly<Record<string, ErrorText>>;
