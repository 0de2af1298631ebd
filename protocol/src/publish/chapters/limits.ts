import * as limit from '../../limits.js';
import { linkTo, seconds, table, type Chapter } from '../markdown.js';

/** Chapter with all maximum sizes and time limits. */
export const limits: Chapter = {
  title: 'Limits',
  blocks: [
    `Sizes of single members stand in their types, time limits of commands with the ${linkTo('Commands', 'commands')}.`,
    table(
      ['limit', 'value'],
      [
        ['message from the page or to it', `${limit.MAX_MESSAGE_LENGTH} UTF-16 code units of its JSON`],
        ['levels of objects and arrays in a message of the page', String(limit.MAX_MESSAGE_DEPTH)],
        ['levels in a request to a CMS, and in what is signed or sealed', String(limit.MAX_JSON_DEPTH)],
        ['frame from the extension to the host', `${limit.MAX_FRAME_BYTES} bytes`],
        ['frame from the host to the extension', '1 MiB, by the browser; as a result for the page, a message as above'],
        ['requests under way in one session', String(limit.MAX_RUNNING_REQUESTS)],
        ['page sessions of one tab', String(limit.MAX_SESSIONS_OF_TAB)],
        ['commands of a step', String(limit.MAX_STEP_COMMANDS)],
        ['one-time keys for displays that wait in one session', String(limit.MAX_WAITING_DISPLAYS)],
        ['wrong management keys in one session', String(limit.MAX_MANAGEMENT_KEY_REFUSALS)],
        [
          'document with the keys of a CMS',
          `${limit.MAX_WELL_KNOWN_BYTES} bytes within ${seconds(limit.WELL_KNOWN_TIMEOUT)}`,
        ],
        ['from `hello` to `ready`', seconds(limit.HELLO_TIMEOUT)],
        ['`initialize` at the host, until its page is told that it is still starting', seconds(limit.HOST_STARTS_LATE)],
        ['`initialize` at the host, as long as its process lives', seconds(limit.HOST_INITIALIZE_TIMEOUT)],
        ['a window of the extension waits for the user', seconds(limit.WINDOW_TIMEOUT)],
        ['and how often the user can have that time again', String(limit.WINDOW_EXTENSIONS)],
        ['`device.open` waits for another program', seconds(limit.DEVICE_OPEN_PATIENCE)],
        [
          "an open device without a command, outside a user's window, is closed after",
          seconds(limit.DEVICE_IDLE_TIMEOUT),
        ],
        ['a page waits for an answer of its CMS', seconds(limit.CMS_ANSWER_TIMEOUT)],
        ['a page sends again what its CMS did not answer, for', seconds(limit.CMS_REDELIVERY_TIME)],
      ],
    ),
  ],
};
