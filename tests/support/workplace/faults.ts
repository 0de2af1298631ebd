/** What goes wrong with a card, as its command line has it; APDUs are counted from 1 at insertion. */
export type Fault = readonly ['--fault', string] | readonly [string];

/** Pulled before the card looks at an APDU. */
export const pulledAt = (apdu: number): Fault => ['--fault', `pull@${apdu}`];

/** Pulled after the card did what an APDU says, and before it could answer. */
export const pulledAfter = (apdu: number): Fault => ['--fault', `pull-after@${apdu}`];

/** Answers nothing any more from an APDU on. */
export const mutedAt = (apdu: number): Fault => ['--fault', `mute@${apdu}`];

/** Answers an APDU with a status word instead of carrying it out. */
export const answering = (apdu: number, statusWord: string): Fault => ['--fault', `status@${apdu}=${statusWord}`];

/** Takes so long for an APDU: there is time to break something meanwhile. */
export const slowAt = (apdu: number, milliseconds = 3_000): Fault => ['--fault', `delay@${apdu}=${milliseconds}`];
