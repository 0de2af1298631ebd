import { DISPLAY_TYPE, displayPayload } from '../../display.js';
import { MAX_WAITING_DISPLAYS, WINDOW_EXTENSIONS, WINDOW_TIMEOUT } from '../../limits.js';
import { errorLink, linkTo, memberTable, numbered, seconds, type Chapter } from '../markdown.js';
import { signedHeader } from './steps.js';

/** Chapter about signed displays, by which the extension shows a secret of the CMS to a person. */
export const displays: Chapter = {
  title: 'Signed displays',
  blocks: [
    'A CMS has a PIN or PUK shown to a person by a window of the extension; the page relays it and sees nothing.',
    numbered(
      `The page asks for \`secret.prepareDisplay\`, and gives the answer to its CMS by a request of the CMS's own. The extension keeps ${MAX_WAITING_DISPLAYS} such keys for each session; the oldest is forgotten first.`,
      `The CMS seals the secret to the one-time key, with purpose \`display\` (${linkTo('Sealed secrets')}), and signs a display.`,
      `The page hands the JWS to \`secret.display\`, which ends when the person has closed the window, or after ${seconds(WINDOW_TIMEOUT)}, which the person can have again ${WINDOW_EXTENSIONS} times.`,
    ),
    'A signed display is a compact JWS whose protected header is',
    signedHeader(DISPLAY_TYPE),
    'and whose payload is',
    memberTable(displayPayload),
    '### What the extension checks',
    numbered(
      'Header and signature, as of a step, but with this `typ`. The payload has these members and no others.',
      '`display` names a key that waits in this session, `origin` is that of the page, and `expires` is later than now. From here on the key is used up.',
      '`sealed` opens in the context of its purpose, and its plaintext is 4 to 8 ASCII letters and digits, so that no site can put a message into the window.',
    ),
    `Whatever fails, the answer is ${errorLink('SECRET_REFUSED')}. ${errorLink('WINDOW_NOT_ALLOWED')} leaves the key for another try.`,
  ],
};
