import type { ErrorText } from '../../error-text.js';

/** Words for the errors 9100 to 9199. */
export const mobileErrors = {
  MOBILE_FORBIDDEN: {
    cause: 'The portal is not set up for mobile devices, or not for your account.',
    user: 'Contact your help desk.',
  },
  ENROLMENT_NOT_FOUND: {
    cause: 'Adding it has ended, or someone else began it.',
    user: 'Try again from the beginning.',
  },
  LINK_EXPIRED: {
    cause: 'A link is good for a few minutes, and for one mobile device.',
    user: 'Try again, and scan the new code.',
  },
  PHONE_UNSUPPORTED: {
    cause: 'It is not an iPhone or iPad, or its system is older than iOS 18.',
    user: 'Update it to iOS 18 or later, or use another one. Then try again.',
  },
  PHONE_NOT_GENUINE: {
    cause: 'Its answer to the profile was not signed by an Apple device that the portal trusts.',
    user: 'Contact your help desk.',
  },
  PHONE_OF_ANOTHER: {
    cause: 'It is on the My Devices page of another user.',
    user: 'Ask that person to delete it there, or contact your help desk.',
  },
  PHONE_SILENT: {
    cause: 'The profile was not installed, the connection broke off, or something failed on the device.',
    user: 'On the mobile device, open Settings, General, VPN & Device Management, and remove the failed profile if it is there. Then try again.',
  },
  PHONE_NOT_CONFIRMED: {
    cause: 'Nobody confirmed its model and serial number on the page that showed the code.',
    user: 'On the mobile device, remove the failed profile if it is there. Then try again, and keep the page open.',
  },
  PHONE_REFUSED: {
    cause: 'It asked for a certificate in a way that the portal does not allow.',
    user: 'On the mobile device, remove the failed profile if it is there. Then contact your help desk.',
  },
  CARD_PROOF_NEEDED: {
    cause: 'It was not given, is too old, or was used already.',
    user: 'Try again with your active device connected.',
  },
} satisfies Readonly<Record<string, ErrorText>>;
