import { initializeAtHost } from '../../commands/session-at-host.js';
import { hostInitialized } from '../../commands/session.js';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, HOST_NAME } from '../../identity.js';
import { HELLO_TIMEOUT, HOST_INITIALIZE_TIMEOUT, HOST_STARTS_LATE, MAX_FRAME_BYTES } from '../../limits.js';
import { PROTOCOL_RANGE } from '../../version.js';
import { bullets, errorLink, fence, linkTo, memberTable, numbered, seconds, table, type Chapter } from '../markdown.js';

const { major, minor } = PROTOCOL_RANGE.max;

/** Chapter about the session start hop by hop, from the page's hello to the host's key. */
export const sessionStart: Chapter = {
  title: 'Session start',
  blocks: [
    'A page session is one message port of the page and, once the site is granted, one host process. Each ends with the other.',
    '### Page to extension',
    numbered(
      'The page makes a `MessageChannel` and posts `{ cardwright: "hello" }` to its own window, with its own origin as the target and one of the two ports in the transfer list: `window.postMessage({ cardwright: "hello" }, location.origin, [port2])`. Only a top frame is heard, and only in a secure context: https, or http on `localhost` or `127.0.0.1`.',
      `The extension answers \`{ cardwright: "ready" }\` on the port. A page that has heard nothing after ${seconds(HELLO_TIMEOUT)} has no extension: ${errorLink('EXTENSION_MISSING')}.`,
      "From now on both ends send JSON-RPC messages through the port. The page's first request is `initialize`, or `access.request`.",
      'Whoever ends the session posts `{ cardwright: "closed" }` before it closes its port, because a port does not tell its other end that it was closed.',
    ),
    '### Before the site is granted',
    `The extension answers two commands only. \`initialize\` gives ${errorLink('SITE_NOT_GRANTED')}, whose \`consent\` says whether asking helps; \`access.request\` asks the user, and opens its window only after the user did something in the page. ` +
      'Neither starts the host or tells a version. After a granted `access.request` the page sends `initialize` again, on the same port.',
    table(
      ['class', 'what a site may do with it'],
      [
        ['`none`', 'nothing needs to be granted'],
        ['`read`', 'see readers and devices, and read what anyone can read from a card'],
        ['`use`', 'open a device, and have its user enter or change a PIN, or see a secret'],
        ['`manage`', 'change what is on a card, by steps that the CMS signed'],
      ],
    ),
    '### `initialize`, extension to host',
    `The extension reads the ${linkTo('Keys of a CMS', 'keys of the CMS')}, starts the host and sends it \`initialize\` with what only the extension knows:`,
    memberTable(initializeAtHost),
    fence('The host answers', hostInitialized),
    bullets(
      `**A slow start.** After ${seconds(HOST_STARTS_LATE)} the extension tells the page \`$/progress\` of kind \`waiting\`, and the page's time limit rests. The extension waits as long as the host's process lives, for at most ${seconds(HOST_INITIALIZE_TIMEOUT)}.`,
      "The extension gives the page's answer: versions of all three, the capabilities of both, the host's key, and what the site was granted.",
      `**Version.** This is protocol ${major}.${minor}. A range is sent, and the highest version that all have in common is chosen: the extension first narrows the page's range to its own. A new minor only adds; a new major may break. Without a common version the answer is ${errorLink('VERSION_MISMATCH')}, naming the part to update.`,
      `**Session key.** The host makes a key pair on P-256 for each session, keeps the private key in memory alone, and tells the public one here. Secrets are sealed to it, and its thumbprint is the ${linkTo('Session id', 'session id')}.`,
      `Before its \`initialize\` every other command gets ${errorLink('NOT_INITIALIZED')}, a second one gets ${errorLink('ALREADY_INITIALIZED')}.`,
    ),
    "### The host's transport",
    bullets(
      `The browser starts the host by its name, \`${HOST_NAME}\`, and gives it as an argument who asks: \`chrome-extension://${CHROMIUM_EXTENSION_ID}/\`, or the manifest's path and \`${FIREFOX_EXTENSION_ID}\`. A host serves nobody else.`,
      `Each message is a frame on standard input or output: its length in bytes as an unsigned 32-bit number in the byte order of the computer, then the JSON in UTF-8. A frame of more than ${MAX_FRAME_BYTES} bytes is skipped and answered with ${errorLink('INVALID_MESSAGE')}; the browser ends a host that sends more than 1 MiB.`,
      'At the end of its input the host starts no further APDU, resets the card and exits. The browser kills it after 2 s.',
    ),
  ],
};
