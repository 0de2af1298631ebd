/** A defect or fault of a card, as arguments of its command line. */
export type Fault = readonly ['--fault', string] | readonly [string];

/** The moment of a fault: an APDU, counted from 1 since insertion, or a command such as `RESET` or `PUT-DATA#2`. */
type Moment = number | string;

/** Pulls the card before it processes an APDU. */
export const pulledAt = (apdu: Moment): Fault => ['--fault', `pull@${apdu}`];

/** Pulls the card after it executed an APDU, before it could answer. */
export const pulledAfter = (apdu: Moment): Fault => ['--fault', `pull-after@${apdu}`];

/** Makes the card silent from an APDU on. */
export const mutedAt = (apdu: Moment): Fault => ['--fault', `mute@${apdu}`];

/** Answers an APDU with a status word instead of executing it. */
export const answering = (apdu: Moment, statusWord: string): Fault => ['--fault', `status@${apdu}=${statusWord}`];

/** Holds an APDU until released, which leaves time to break something even on a slow machine. */
export const heldAt = (apdu: Moment): Fault => ['--fault', `hold@${apdu}`];

/** Starts with a blocked PIN and PUK. */
export const locked: Fault = ['--locked'];

/** Lies on a contactless reader. */
export const contactless: Fault = ['--contactless'];

/** Refuses trivial PINs, whatever the CMS allows. */
export const strictAboutPins: Fault = ['--pin-complexity'];
