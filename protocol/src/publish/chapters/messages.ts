import { deviceListing } from '../../commands/device.js';
import { sessionEnded } from '../../commands/session.js';
import { CardwrightError } from '../../errors.js';
import { wireError } from '../../wire-error.js';
import { MAX_MESSAGE_LENGTH, MAX_RUNNING_REQUESTS } from '../../limits.js';
import { cancelParams, progressParams } from '../../message.js';
import { bullets, errorLink, fence, linkTo, memberTable, type Chapter } from '../markdown.js';

/** Chapter about JSON-RPC, and about rules that apply to every command. */
export const messages: Chapter = {
  title: 'Messages',
  blocks: [
    'Page, extension and host exchange JSON-RPC 2.0 messages, without batches. A request names a method of the ' +
      `${linkTo('Commands', 'command table')}; its parameters are always an object. Either side may send requests; the page never gets one.`,
    '```json\n' +
      '{ "jsonrpc": "2.0", "id": "7f0c", "method": "device.open", "params": { "device": "serial:12345678" } }\n' +
      '{ "jsonrpc": "2.0", "id": "7f0c", "result": { "device": { "id": "serial:12345678", "…": "…" } } }\n' +
      `{ "jsonrpc": "2.0", "id": "7f0c", "error": ${JSON.stringify(new CardwrightError('DEVICE_BUSY').toWire())} }\n` +
      '```',
    '### Requests and answers',
    bullets(
      'An `id` is a whole number or a string of at most 64 characters, and no other request of the same sender that is under way may have it. A page chooses ids that nobody can guess.',
      `Anything that isn't such a message, one with a member named \`__proto__\`, \`prototype\` or \`constructor\`, a message longer than ${MAX_MESSAGE_LENGTH} UTF-16 code units as JSON, and each request beyond the ${MAX_RUNNING_REQUESTS} that may be under way is answered with ${errorLink('INVALID_MESSAGE')}. Its \`id\` is null where the message has none, or where the id is that of another request.`,
      'Answers come in any order. The host runs commands that use the open card *in turn*, in the order in which they came; the others run *beside* them. Each command says which it is.',
      'Who answers validates the parameters first: the extension for every command, and the host again. A wrong member gets ' +
        `${errorLink('INVALID_PARAMS')}, with its path and never its value.`,
      'Each command has a time limit, after which its caller gives up: the page sends `$/cancelRequest` and reports ' +
        `${errorLink('TIMEOUT')}. The clock stops at a \`$/progress\` of kind \`user\` and runs again from the next one of another kind.`,
    ),
    '### Errors on the wire',
    fence('The member `error` of an answer', wireError),
    'Programs look at `data.name`: a name keeps its meaning for ever, and the number `code` with it. `message` is for people. ' +
      `\`data.details\` has what the ${linkTo('Errors', 'catalogue')} prints for the name. A receiver treats a name that it does not know like ${errorLink('INTERNAL')}.`,
    '### `$/cancelRequest`',
    fence('A notification to whoever answers the request', cancelParams),
    `The request is answered all the same: with its result, if it was too late to stop, or with ${errorLink('CANCELLED')}. The host looks between two ` +
      'APDUs; PC/SC cannot take back one that is under way. The side that asked sends it: so does the host, to take back a question to the user.',
    '### `$/progress`',
    'A notification from whoever answers the request, any number of times before the answer.',
    memberTable(progressParams),
    '### Events',
    fence(
      '`device.changed`, from the host, after each change of what is in the readers; it begins with the first `device.list`',
      deviceListing,
    ),
    fence('`session.ended`, from the extension, as its last word before it closes the port', sessionEnded),
    `Requests under way are answered before it. It comes when the host has ended (${errorLink('HOST_CRASHED')}), when the site has lost its grant (${errorLink('SITE_NOT_GRANTED')}), when a tab has too many sessions (${errorLink('TOO_MANY_SESSIONS')}), or when the extension is updated (${errorLink('EXTENSION_UPDATED')}). ` +
      `A port that closes without it has lost the extension itself: ${errorLink('EXTENSION_LOST')}. Notifications that a receiver does not know are ignored.`,
  ],
};
