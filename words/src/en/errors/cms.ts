import type { ErrorText } from '../../error-text.js';

/** Words for the errors 9000 to 9099. */
export const cmsErrors = {
  LOGIN_REQUIRED: {
    cause: "You're not signed in any more, or you signed in too long ago for this.",
    user: 'Sign in again.',
    administrator: 'Nothing to do.',
  },
  FORBIDDEN: {
    cause: 'It needs another role, or belongs to someone else.',
    user: 'Contact your help desk.',
    administrator: 'Give the account the role it needs.',
  },
  DEVICE_LIMIT: {
    cause: 'The portal limits the number of devices for each user.',
    user: 'Ask your help desk to terminate a device that you no longer use.',
    administrator: 'Raise the limit, or have an operator terminate a device.',
  },
  DEVICE_NOT_ELIGIBLE: {
    cause: 'The portal gives its reason.',
    user: 'Use another device.',
    administrator: 'Change the device policy, or reset the device.',
  },
  OPERATION_NOT_FOUND: {
    cause: 'It has ended or belongs to someone else.',
    user: 'Try again from the beginning.',
    administrator: 'Nothing to do.',
  },
  OPERATION_MOVED: {
    cause: 'Setup was resumed there.',
    user: 'Continue in the other tab and close this one. Or continue here: the other tab then stops.',
    administrator: 'Nothing to do.',
  },
  OPERATION_FAILED: {
    cause: 'One of its steps failed.',
    user: 'Try again with the same device. If that fails too, contact your help desk.',
    administrator: 'Read the audit log.',
  },
  ATTESTATION_REFUSED: {
    cause: "It did not sign the portal's challenge with the key that it showed.",
    user: 'Use another device.',
    administrator:
      'Keep the device: something between card and portal may have interfered. The reason is in the audit log.',
  },
  CA_UNAVAILABLE: {
    cause: 'It is stopped, or the portal cannot connect to it.',
    user: 'Try again later.',
    administrator: 'Check the certification authority.',
  },
  CMS_UNREACHABLE: {
    cause: 'The network or the portal is down.',
    user: 'Check your network connection and try again.',
    administrator: 'Check the portal, and that other sites may read its /.well-known/cardwright (CORS).',
  },
  RATE_LIMITED: {
    cause: 'The portal limits how often this may be attempted.',
    user: 'Wait a few minutes and try again. Some limits last up to an hour.',
    administrator: 'Nothing to do.',
  },
  READ_BACK_MISMATCH: {
    cause: 'The device is faulty, or something between portal and card interferes.',
    user: 'Try again. If that fails too, use another device.',
    administrator: 'Replace the device.',
  },
  DEVICE_STATE: {
    cause: 'Someone else changed it in the meantime, or the action does not apply to it.',
    user: 'Reload the page.',
    administrator: 'Reload the page.',
  },
  CA_REFUSED: {
    cause: 'Its rules do not allow this certificate, or the portal has no right to request it.',
    user: 'Contact your help desk.',
    administrator: "Read the authority's answer in the audit log, and compare its profile with the device policy.",
  },
  APPROVAL_NEEDED: {
    cause: 'The device did not prove what it is, so the portal keeps a secret PUK back.',
    user: 'Ask your help desk to approve it, then try again with the same device.',
    administrator: 'Approve it on the page for operators.',
  },
  PASSWORD_INCORRECT: {
    cause: 'It is not the password of the account that is signed in.',
    user: 'Check your password and try again.',
    administrator: 'Set a new password if it was forgotten.',
  },
  ATTESTATION_MISSING: {
    cause: 'It has no attestation, its attestation key was deleted, or its attestations name no serial number.',
    user: 'Use another device.',
    administrator: 'Allow devices without attestation in the device policy, or issue them under supervision.',
  },
  ATTESTATION_UNREADABLE: {
    cause: 'It is damaged, or in a format that this version does not know.',
    user: 'Use another device.',
    administrator: 'Keep the device, and report it with the reason from the audit log.',
  },
  ATTESTATION_UNTRUSTED: {
    cause: "The vendor's certificates are not in the device policy, or the device is not genuine.",
    user: 'Contact your help desk, or use another device.',
    administrator: "Import the vendor's certificates on the Device policy page, or refuse the device.",
  },
  ATTESTATION_CONTRADICTS: {
    cause: 'The key was created elsewhere, on another device or with other rules than requested.',
    user: 'Use another device.',
    administrator:
      'Keep the device: something between card and portal may have interfered. The reason is in the audit log.',
  },
  CERTIFICATE_KEY_MISMATCH: {
    cause: 'The certification authority certified another key, or the key on the device was replaced.',
    user: 'Contact your help desk.',
    administrator: 'Compare the request in the audit log with what the authority issued, then issue the device again.',
  },
  DEVICE_CHANGED: {
    cause: 'Its owner or another operator did something with it while your page was open.',
    user: 'Reload the page, look at the device again, and then decide: nothing was done.',
    administrator: 'Compare what the audit log says of the device with what you saw.',
  },
  PROPOSAL_OVER: {
    cause: 'It was confirmed, withdrawn or replaced, or it is older than a week.',
    user: 'Reload the page. If the change is still wanted, propose it again.',
    administrator: 'Nothing to do.',
  },
  CODE_NEEDED: {
    cause: 'The portal asks for a code that your help desk gives you.',
    user: 'Call your help desk, and ask for a one-time code for this device. Then try again.',
    administrator: 'Make sure who is calling. Then issue a one-time code on the page for operators, and read it out.',
  },
  CODE_INCORRECT: {
    cause: 'It was mistyped, is for another device, is older than ten minutes, or was used or replaced.',
    user: 'Type it again, or ask your help desk for a new one.',
    administrator: 'Issue a new code for the device that the user has.',
  },
} satisfies Readonly<Record<string, ErrorText>>;
