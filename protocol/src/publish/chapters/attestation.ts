import { bullets, errorLink, table } from '../markdown.js';

/** Section about the contents of the certificates with which a YubiKey attests a key. */
export const attestation: readonly string[] = [
  '`attestation` of `key.attest` and `key.prove` has two certificates: `certificate` is that of the key in the slot, signed by the key of `intermediate`, which is in slot F9. Of other vendors nothing is specified here. The facts stand in `certificate`:',
  table(
    ['fact', 'where', 'encoding'],
    [
      ['slot', 'subject', 'common name `YubiKey PIV Attestation 9a`'],
      ['firmware', 'extension `1.3.6.1.4.1.41482.3.3`', 'three bytes: major, minor, patch'],
      ['serial number', 'extension `1.3.6.1.4.1.41482.3.7`', 'DER INTEGER; may be absent, or 0, which is none'],
      [
        'PIN policy, touch policy',
        'extension `1.3.6.1.4.1.41482.3.8`',
        'two bytes: 1 never, 2 once, 3 always; 1 never, 2 always, 3 cached',
      ],
      ['form factor', 'extension `1.3.6.1.4.1.41482.3.9`', 'one byte'],
    ],
  ),
  'Some firmware wraps the content of an extension in another OCTET STRING. A CMS checks, for each key:',
  bullets(
    'The key of `certificate` is the `publicKey` of the result, and that of the certification request.',
    `Slot, PIN policy and touch policy are as ordered, serial number and firmware as the device told. What contradicts the order is refused, whoever signed it: ${errorLink('ATTESTATION_CONTRADICTS')}.`,
    'The firmware is not 4.2.0 to 4.3.4, whose RSA keys are weak (CVE-2017-15361).',
    'A root of the vendor leads to `intermediate`. Before firmware 5.7.4 it signed that itself. Since then two levels lie between, which the vendor publishes and no card has.',
    'F9 of a YubiKey 4 has no basicConstraints. Many libraries that build paths refuse it, so verify each signature by itself. Such a certificate must be signed by the root, and must not have the extension of the policies: else a key in a slot could attest.',
    'Each further key names the serial number and the firmware that `key.prove` showed.',
  ),
  'The serial number with the root is who the device is. F9 is not: all devices of a batch share it. Without a serial number only the key in 9E tells the device from others of its batch, and its other keys count as not proved.',
];
