/** The English words of the catalogue: an entry of its own, so that only screens carry them. */
import type { TroubleshootingWords } from './troubleshooting.js';

export { englishErrors } from './errors/english.js';

export const englishTroubleshooting: TroubleshootingWords = {
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
