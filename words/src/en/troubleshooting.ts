/** The words that a help page adds to those of the error catalogue. */
export const words = {
  title: 'Troubleshooting',
  intro: 'Find your error by the name or number it shows, such as 4002 or NO_READER.',
  groups: {
    computer: 'Browser and computer',
    reader: 'Reader and connection',
    pin: 'PIN and PUK',
    passkey: 'Passkeys and FIDO PIN',
    mobile: 'Mobile devices',
    device: 'Devices that cannot be used',
    portal: 'Portal and account',
    developer: 'For developers of a portal',
  },
  cause: 'Why it happens',
  user: 'What you can do',
  administrator: 'For your administrator',
  error: 'Error',
};
