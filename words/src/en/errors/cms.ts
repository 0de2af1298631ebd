import type { ErrorText } from '../../error-text.js';

/** Words for the errors 9000 to 9099. */
export const cmsErrors = {
  LOGIN_REQUIRED: {
    cause: "You're not signed in any more, or you signed in too long ago for this.",
    user: 'Sign in again.',
  },
  FORBIDDEN: {
    cause: 'It needs another role, or belongs to someone else.',
    user: 'Contact your help desk.',
  },
  DEVICE_LIMIT: {
    cause: 'The portal limits the number of devices for each user.',
    user: 'Ask your help desk to terminate a device that you no longer use.',
  },
  DEVICE_NOT_ELIGIBLE: {
    cause: 'The portal gives its reason.',
    user: 'Use another device.',
  },
  OPERATION_NOT_FOUND: {
    cause: 'It has ended or belongs to someone else.',
    user: 'Try again from the beginning.',
  },
  OPERATION_MOVED: {
    cause: 'Setup was resumed there.',
    user: 'Continue in the other tab and close this one. Or continue here: the other tab then stops.',
  },
  OPERATION_FAILED: {
    cause: 'One of its steps failed.',
    user: 'Try again with the same device. If that fails too, contact your help desk.',
  },
  ATTESTATION_REFUSED: {
    cause: "It did not sign the portal's challenge with the key that it showed.",
    user: 'Use another device.',
  },
  CA_UNAVAILABLE: {
    cause: 'It is stopped, or the portal cannot connect to it.',
    user: 'Try again later.',
  },
  CMS_UNREACHABLE: {
    cause: 'The network or the portal is down.',
    user: 'Check your network connection and try again.',
  },
  RATE_LIMITED: {
    cause: 'The portal limits how often this may be attempted.',
    user: 'Wait a few minutes and try again. Some limits last up to an hour.',
  },
  READ_BACK_MISMATCH: {
    cause: 'The device is faulty, or something between portal and card interferes.',
    user: 'Try again. If that fails too, use another device.',
  },
  DEVICE_STATE: {
    cause: 'Someone else changed it in the meantime, or the action does not apply to it.',
    user: 'Reload the page.',
  },
  CA_REFUSED: {
    cause: 'Its rules do not allow this certificate, or the portal has no right to request it.',
    user: 'Contact your help desk.',
  },
  APPROVAL_NEEDED: {
    cause: 'The device did not prove what it is, so the portal keeps a secret PUK back.',
    user: 'Ask your help desk to approve it, then try again with the same device.',
  },
  PASSWORD_INCORRECT: {
    cause: 'It is not the password of the account that is signed in.',
    user: 'Check your password and try again.',
  },
  ATTESTATION_MISSING: {
    cause: 'It has no attestation, its attestation key was deleted, or its attestations name no serial number.',
    user: 'Use another device.',
  },
  ATTESTATION_UNREADABLE: {
    cause: 'It is damaged, or in a format that this version does not know.',
    user: 'Use another device.',
  },
  ATTESTATION_UNTRUSTED: {
    cause: "The vendor's certificates are not in the device policy, or the device is not genuine.",
    user: 'Contact your help desk, or use another device.',
  },
  ATTESTATION_CONTRADICTS: {
    cause: 'The key was created elsewhere, on another device or with other rules than requested.',
    user: 'Use another device.',
  },
  CERTIFICATE_KEY_MISMATCH: {
    cause: 'The certification authority certified another key, or the key on the device was replaced.',
    user: 'Contact your help desk.',
  },
  DEVICE_CHANGED: {
    cause: 'Its owner or another operator did something with it while your page was open.',
    user: 'Reload the page, look at the device again, and then decide: nothing was done.',
  },
  PROPOSAL_OVER: {
    cause: 'It was confirmed, withdrawn or replaced, or it is older than a week.',
    user: 'Reload the page. If the change is still wanted, propose it again.',
  },
  CODE_NEEDED: {
    cause: 'The portal asks for a code that your help desk gives you.',
    user: 'Call your help desk, and ask for a one-time code for this device. Then try again.',
  },
  CODE_INCORRECT: {
    cause: 'It was mistyped, is for another device, is older than ten minutes, or was used or replaced.',
    user: 'Type it again, or ask your help desk for a new one.',
  },
  WORK_OVER: {
    cause: 'It was done already, was taken back or has expired, or it was asked for another device.',
    user: 'Reload the page: it shows what is still asked for. Nothing was done.',
  },
  LAST_ADMINISTRATOR: {
    cause: 'Nobody else who can sign in is an administrator.',
    user: 'Make someone else an administrator first.',
  },
  SIGN_IN_UNAVAILABLE: {
    cause: 'What knows your password gives no answer now.',
    user: 'Try again in a few minutes.',
  },
} satisfies Readonly<Record<string, ErrorText>>;
