/** Words of the pages, profiles and certificates that the portal's server writes itself. */
export const words = {
  /** Titles of the pages, by the names of their files. */
  titles: {
    login: 'Sign in',
    'set-password': 'Set your password',
    password: 'Change password',
    'my-devices': 'My Devices',
    account: 'My account',
    operator: 'Operator',
    'operator-device': 'Device',
    'operator-person': 'Person',
  },
  /** Words of the page that a phone opens by a link. Asterisks enclose names on a screen: of the phone's system, of this page, or of the portal. */
  link: {
    title: 'Add this iPhone or iPad',
    intro: 'You will install a profile. It gets the certificates with which this device signs you in.',
    download: 'Download profile',
    then: 'What happens next',
    steps: [
      'Tap *Download profile*, then *Allow*.',
      'Open *Settings* within 8 minutes, and tap *Profile Downloaded*.',
      'Tap *Install* at the top, and follow the instructions.',
      'Go back to the page that showed you the code; it has to stay open. It shows the model and the serial number of this device: confirm them there. Until then, the device waits.',
    ],
    stolenDeviceProtection:
      'If Stolen Device Protection is on, and you are not in a familiar place, turn it off first in *Settings*.',
    unverified:
      'The profile is shown as *Unverified*. That is expected here: the device does not know yet who signed it. Install it only if you asked for it yourself.',
    safariTitle: 'Open this page in Safari',
    safari: 'On an iPhone or iPad, profiles are installed from Safari. The link is still valid.',
    safariSteps: [
      'Tap the address of this page, and copy all of it.',
      'Open *Safari*, paste the address into its address field, and open it.',
    ],
    safariSecret:
      'Paste the address only into Safari on this device. Anyone who has the address could add another device in its place.',
    unsupportedTitle: "This device can't be added",
    unsupported: [
      'You need an iPhone with iOS 18 or an iPad with iPadOS 18, or later.',
      'Is this one with an older system? In *Settings*, *General*, *Software Update*, update it, and scan the code again.',
      'Did you open the link on a computer? Scan the code with the camera of your iPhone or iPad.',
    ],
    deadTitle: 'This link is no longer valid',
    dead: [
      'A link is good for a few minutes, and for one browser on one device.',
      'On your computer, open *My Devices*, choose *Add Mobile*, and get a new code. Open its link in Safari.',
    ],
  },
  /** Words of the icon that the profile puts on a phone's Home Screen, and of the icon's page. */
  icon: {
    /** Name below the icon: at most 12 characters are shown. */
    label: 'Finish setup',
    finishTitle: 'One more tap',
    finish: [
      'The profile is installed on this device. Tap the button, so that the portal knows and its certificates count.',
    ],
    button: 'Finish setup',
    finishedTitle: 'This device is ready',
    finished: [
      'Its certificates are ready to use. You no longer need this icon, and can remove it from the Home Screen.',
    ],
    deadTitle: 'This device is not in use here',
    dead: [
      'It was deleted or suspended, or it still lacks a certificate.',
      'On your computer, open *My Devices*. There you see what to do.',
    ],
  },
  /** Names and descriptions of profiles, as a phone shows them. `{organization}` stands for the organisation's name. */
  profiles: {
    identification: {
      name: 'Add this device',
      description:
        '{organization} learns the model, the version of iOS, the serial number and the identifier of this device. Then confirm the device on your computer. After that it gets its certificates.',
    },
    enrolment: {
      name: 'Confirm this device',
      description: 'Compare model and serial number on your computer, and confirm the device there.',
    },
    configuration: {
      name: '{organization}: certificates',
      description:
        'Your certificates of {organization} for this device. If you remove this profile, also delete the mobile device in the portal.',
    },
  },
  /** Names that a phone shows for its certificates. */
  phoneCertificates: {
    'phone-identity': 'This device',
    'phone-authentication': 'Sign in',
    'phone-signature': 'Sign e-mail',
    'phone-encryption': 'Encrypt e-mail',
  },
  certificationAuthority: 'Certification authority',
  /** Name of the portal as the service to which a passkey belongs, within a sentence. */
  thisPortal: 'this portal',
};
