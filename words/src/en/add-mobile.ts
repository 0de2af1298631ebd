import { plural } from '../plural.js';

const count = plural('en');

/** The words of `<cardwright-add-mobile>`, except those that it shares with the other elements. */
export const words = {
  title: 'Add Mobile Device',
  steps: {
    proof: 'Identity',
    scan: 'Scan Code',
    install: 'Install Profile',
    confirm: 'Confirm',
    certificates: 'Certificates',
  },

  preparing: 'Preparing',

  passwordTitle: 'Enter your password',
  passwordHint: 'Before you can add a mobile device, the portal checks that it is you.',
  password: 'Password',

  /** Words for choosing the device that proves the user's identity. These words replace the corresponding words of an issuance. */
  proof: {
    connectTitle: 'Connect your active device',
    connectHint:
      'Before you can add a mobile device, a device that you already use shows that it is you. Insert your smart card into its reader, or plug in your security key. We’ll continue automatically.',
    notUsable: 'Connected, but can’t be used for this',
    notSupported: 'This device has no certificates that can show who you are.',
    chooseTitle: 'Select your active device',
    chooseHint: 'Several devices are connected. Which one shows that it is you?',
    chooseOneHint: 'Select it to continue, or connect another one.',
  },
  proveTitle: 'Checking that it is you',
  proveHint: 'Leave the device connected. This takes a moment.',
  provePinTitle: 'Enter your PIN in the Cardwright window',
  provePinHint: 'The window belongs to the Cardwright extension. This page never sees your PIN.',

  scanTitle: 'Scan this code with your iPhone or iPad',
  scanHint: 'It needs iOS 18 or iPadOS 18, or later.',
  /** Label of the QR code, for users who cannot see the code. */
  qrCode: 'QR code with the link below',
  link: 'Link',
  copyLink: 'Copy link',
  /** @param time minutes and seconds */
  timeLeft: (time: string) => `${time} left`,
  /** Remaining time, which a screen reader announces now and then. */
  minutesLeft: (minutes: number) => count(minutes, { one: 'One minute left.', other: `${minutes} minutes left.` }),
  /** Instructions for what to do on the device, in this order. */
  scanSteps: [
    'Scan the code with the camera, or open the link in Safari.',
    'Tap “Download profile”, then “Allow”.',
    'Open Settings and tap “Profile Downloaded”.',
    'Tap “Install”. You may need to enter your passcode.',
    'Then confirm on this page that the device is yours.',
  ],
  /** Shown if no configured certificate signs the profile, so that devices do not know its signer. */
  unverified: 'Your device will show the profile as “Unverified”. That is expected.',
  opened: 'The link has been opened. Now download the profile.',

  expiredTitle: 'This code is no longer valid',
  expiredHint: 'It was not used in time. Nothing was installed. Get a new code to continue.',
  newCode: 'New code',

  installTitle: 'Install the profile on your device',
  installHint: 'It has been downloaded. Install it within a few minutes, or your device deletes it.',
  installSteps: [
    'Open Settings and tap “Profile Downloaded”.',
    'Tap “Install” at the top right, and enter your passcode if you are asked for it.',
    'Tap “Install” again. The device then waits while you confirm it here.',
  ],
  installNewCode: 'If Settings does not show “Profile Downloaded”, get a new code.',
  stolenDeviceProtection:
    'If Stolen Device Protection is on, and you are not in a familiar place, turn it off first in Settings.',

  /** @param kind `iPhone` or `iPad`; null if the model is neither */
  confirmTitle: (kind: string | null) => `Is this your ${kind ?? 'device'}?`,
  confirmHint: 'A device has used the link. It gets your certificates only if you say that it is yours.',
  model: 'Model',
  serialNumber: 'Serial number',
  whereSerial: 'Compare it with the serial number on your device: Settings\u00a0> General\u00a0> About.',
  confirm: 'Yes, this is mine',
  reject: 'No',

  rejectedTitle: 'The device was turned away',
  rejectedHint: 'It gets no certificates, and the link is no longer valid.',
  rejectedAdvice:
    'Someone else may have used your link. Get a new code, and show or send it to nobody. If you don’t know how this happened, tell your help desk.',

  certificatesTitle: 'Your device is getting its certificates',
  certificatesHint: 'Keep it unlocked, with Settings open. This takes a minute or two.',
  certificatesIssued: (issued: number, ordered: number) =>
    count(ordered, { one: `${issued} of ${ordered} certificate`, other: `${issued} of ${ordered} certificates` }),

  /** Name of a device of an unknown model, within a sentence. */
  someDevice: 'device',
  sentTitle: (model: string) => `Your ${model} has its certificates`,
  sentHint: 'One step is left, on the device: it has to show that everything is installed.',
  sentSteps: [
    'Tap “Done” at the top right of the installed profile.',
    'On the Home Screen, open the new icon “Finish setup”, and tap the button on its page.',
  ],
  /** Shown below the steps, for a device that has dropped the profile. */
  sentFailed:
    'Did the installation fail, or is there no such icon? Then delete the mobile device on My Devices, and add it again with a new code.',
  installedTitle: (model: string) => `Your ${model} is ready`,
  installedHint: 'It has shown that everything is installed.',
  installedUse: 'Its certificates are ready to use.',

  cancelledTitle: 'This was cancelled',
  cancelledHint:
    'The code is no longer valid, perhaps because you started again in another window. Nothing was added to My Devices.',

  /** Heading above the last request that came from a device whose enrolment failed. */
  lastRequest: 'What the portal saw last',
  lastRequestAt: (time: string) => `At ${time}, `,
  /** Ends of the sentence that `lastRequestAt` begins, by the kind of the last request. */
  requests: {
    'opened-link': 'the link was opened. The profile was not downloaded after that.',
    'downloaded-profile': 'the device downloaded the profile. It was not installed after that.',
    'identified-itself':
      'the device said what it is, and began to install the profile. It did not ask for a certificate after that.',
    'asked-scep-capabilities':
      'the device began to ask for its first certificate. The request itself did not come after that.',
    'asked-scep-certificates':
      'the device began to ask for its first certificate. The request itself did not come after that.',
    'requested-identity': 'the device asked for its first certificate. Nothing came from it after that.',
    'asked-again': 'the device asked whether its certificate was ready. Nothing came from it after that.',
    'asked-for-configuration':
      'the device asked for its configuration. It did not ask for the certificates in it after that.',
    'requested-certificate': 'the device asked for one of its certificates. Nothing came from it after that.',
  },
  removeProfile:
    'Before you try again, remove the failed profile if it is on the device: Settings\u00a0> General\u00a0> VPN & Device Management.',

  /** Heading if the user presses Done before everything is done. */
  missingTitle: 'Your device is not ready yet',
  missingHint: 'These steps are needed before it is on My Devices:',
  missing: {
    scan: 'Scan the code, and download the profile',
    install: 'Install the profile in Settings',
    confirm: 'Confirm here that the device is yours',
    certificates: 'The device gets its certificates',
  },
  missingStates: { passed: 'Done', running: 'Now', waiting: 'Missing' },
  keepWaiting: 'Keep waiting',

  /** The question before an enrolment is cancelled. */
  stopTitle: 'Cancel adding this device?',
  stopHint:
    'The profile on the device will not work, and nothing is added to My Devices. If the profile is installed, remove it: Settings\u00a0> General\u00a0> VPN & Device Management.',
  stop: 'Cancel adding',
};
