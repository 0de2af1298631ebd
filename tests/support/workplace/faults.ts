/** What is wrong with a card, or goes wrong, as its command line has it. */
export type Fault = readonly ['--fault', string] | readonly [string];

/** When: at an APDU, counted from 1 at insertion, or at a command, such as `RESET` or `PUT-DATA#2`. */
type Moment = number | string;

/** Pulled before the card looks at an APDU. */
export const pulledAt = (apdu: Moment): Fault => ['--fault', `pull@${apdu}`];

/** Pulled after the card did what an APDU says, and before it could answer. */
export const pulledAfter = (apdu: Moment): Fault => ['--fault', `pull-after@${apdu}`];

/** Answers nothing any more from an APDU on. */
export const mutedAt = (apdu: Moment): Fault => ['--fault', `mute@${apdu}`];

/** Answers an APDU with a status word instead of carrying it out. */
export const answering = (apdu: Moment, statusWord: string): Fault => ['--fault', `status@${apdu}=${statusWord}`];

/** Keeps an APDU under way until it is released: there is time to break something meanwhile, however slow the machine is. */
export const heldAt = (apdu: Moment): Fault => ['--fault', `hold@${apdu}`];

/** Its PIN and its PUK are blocked already when it is new. */
export const locked: Fault = ['--locked'];

/** It lies on a contactless reader. */
export const contactless: Fault = ['--contactless'];

/** It refuses trivial PINs, whatever the CMS allows. */
export const strictAboutPins: Fault = ['--pin-complexity'];
