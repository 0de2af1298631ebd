import { userRequests } from '../../commands/user.js';
import { WINDOW_EXTENSIONS, WINDOW_TIMEOUT } from '../../limits.js';
import { bullets, errorLink, linkTo, seconds, type Chapter } from '../markdown.js';
import { describeRequest } from './commands.js';

/** Chapter about the requests of the host to the extension. */
export const user: Chapter = {
  title: 'Questions to the user',
  blocks: [
    'While a command runs, the host can ask for the user: only the host knows the moment, the tries left and the rules that hold. These are requests of the host to the extension, which answers them itself. The page sees none of them, only `$/progress` of kind `user`, and of kind `command` when the user has answered.',
    bullets(
      `One window is open for each tab, only while its page is visible, and for ${seconds(WINDOW_TIMEOUT)}, which the user can have again ${WINDOW_EXTENSIONS} times. A window that may not open gets ${errorLink('WINDOW_NOT_ALLOWED')}, one that was closed ${errorLink('USER_CANCELLED')}, one that ran out of time ${errorLink('USER_TIMEOUT')}.`,
      'A new PIN is entered twice in the window, and checked against the rules there and in the host.',
      `A secret comes back sealed to the host's session key: ${linkTo('Sealed secrets')}.`,
      `With \`mayAskAgain\` the window stays until the same command asks the same again, or ends. Where the user closes it before that, the next question of that command gets ${errorLink('USER_CANCELLED')}.`,
      'When the device is pulled, or the request is cancelled, the host sends `$/cancelRequest` for its question, and the window closes.',
    ),
    ...Object.entries(userRequests).map(([method, request]) => describeRequest(method, request)),
  ],
};
