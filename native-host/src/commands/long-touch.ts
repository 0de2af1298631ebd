import { PINPAD_SINCE } from '@cardwright/protocol/command-definitions';
import { isSince } from '@cardwright/protocol/messages';
import type { OpenDevice } from '../devices/open-device.js';
import type { CommandContext } from '../server/handlers.js';

/**
 * True if the FIDO2 application is reset by a long touch alone, and the extension can say so. To an extension of before protocol 3.2 it is a touch like any
 * other: the key blinks until it was held long enough.
 */
export const takesLongTouch = (device: OpenDevice, { session }: CommandContext): boolean =>
  device.takesLongTouch && isSince(session.peer.protocol, PINPAD_SINCE);
