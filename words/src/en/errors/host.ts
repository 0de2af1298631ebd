import type { ErrorText } from '../../error-text.js';

/** Words for the errors 3000 to 3999. */
export const hostErrors = {
  HOST_MISSING: {
    cause: 'It is not installed for this browser, or policy hides it.',
    user: 'Install Cardwright on this computer, then try again.',
    administrator: 'Deploy the host. Where policy forbids user-level hosts, install it for the whole computer.',
  },
  HOST_FORBIDDEN: {
    cause: "The extension's id is not in the host's manifest, or policy forbids the host.",
    user: 'Contact your help desk.',
    administrator: 'Allow the host by policy, or install matching versions.',
  },
  HOST_CRASHED: {
    cause: 'Something ended the host, or it has a defect.',
    user: 'Try again.',
    administrator: 'Run `cardwright-host doctor` on the computer.',
  },
  STEP_REQUIRED: {
    cause: 'The page sent a command that is only allowed in a step signed by the portal.',
    user: 'Contact your help desk.',
    administrator: "Report it to the portal's developer.",
  },
  STEP_REFUSED: {
    cause: 'Its signature, session, device, order or age is not right, or it was made for another card.',
    user: 'Try again from the beginning.',
    administrator: "Check the portal's clock and keys.",
  },
  SECRET_REFUSED: {
    cause: 'It was sealed for another session, device, operation or purpose.',
    user: 'Try again from the beginning.',
    administrator: "Check the portal's keys.",
  },
  SECRET_MISSING: {
    cause: 'The session that prepared it has ended.',
    user: 'Try again.',
    administrator: "If it happens again, report it to the portal's developer.",
  },
  HOST_START_FAILED: {
    cause: 'The file that the browser starts is missing, must not be run, or stopped at once.',
    user: 'Reinstall Cardwright on this computer, or contact your help desk.',
    administrator: 'Run `cardwright-host doctor`: it names the manifest and the file. Reinstall the host.',
  },
  HOST_INTERPRETER_FORBIDDEN: {
    cause: 'Policy forbids the command prompt (DisableCMD), and the browser starts hosts through it.',
    user: 'Contact your help desk.',
    administrator:
      'Allow the command prompt for scripts (DisableCMD = 2), or use a browser that starts hosts directly.',
  },
  HOST_BLOCKED: {
    cause: 'Endpoint protection or an allow list of programs stops the host.',
    user: 'Contact your help desk.',
    administrator: "Allow the host's file in the endpoint protection, by its signature or its path.",
  },
  HOST_ANSWER_INVALID: {
    cause: 'Another program is registered in its place, or something writes into its output.',
    user: 'Contact your help desk.',
    administrator: 'Run `cardwright-host doctor`, and reinstall the host.',
  },
  BROWSER_SANDBOXED: {
    cause: 'The browser was installed as a Snap or Flatpak package, which keeps it from starting other programs.',
    user: 'Use a different browser, or contact your help desk.',
    administrator:
      'Install the browser as a system package (deb or rpm), or give it access to the native messaging portal.',
  },
  HOST_MANIFEST_INVALID: {
    cause: 'The native messaging manifest is damaged, or has another name than the host.',
    user: 'Reinstall Cardwright on this computer, or contact your help desk.',
    administrator: 'Run `cardwright-host install`, or deploy the manifest again.',
  },
  USER_HOST_FORBIDDEN: {
    cause: 'Policy forbids hosts that are installed for a single user (NativeMessagingUserLevelHosts).',
    user: 'Contact your help desk.',
    administrator: 'Install the host for the whole computer.',
  },
  HOST_DAMAGED: {
    cause: 'Files of the host are missing or were changed.',
    user: 'Reinstall Cardwright on this computer, or contact your help desk.',
    administrator: 'Reinstall the host.',
  },
} satisfies Readonly<Record<string, ErrorText>>;
