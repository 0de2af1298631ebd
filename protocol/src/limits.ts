/** Sizes and times that those who speak the protocol rely on of each other. Times are in milliseconds. */

/** Largest message from the page or to it, in UTF-16 code units of its JSON. Browsers end a host that answers 1 MiB. */
export const MAX_MESSAGE_LENGTH = 256 * 1024;
/** Levels of objects and arrays in a message of a page; those of the protocol have fewer than ten. */
export const MAX_MESSAGE_DEPTH = 32;
/** Longest frame that a host takes, in bytes of UTF-8: any message fits. */
export const MAX_FRAME_BYTES = 4 * MAX_MESSAGE_LENGTH;

/** Requests of one page session that may be under way at once. */
export const MAX_RUNNING_REQUESTS = 32;
/** Page sessions that one tab can have: each may become a process. */
export const MAX_SESSIONS_OF_TAB = 8;
/** One-time keys of `secret.prepareDisplay` that a session can have waiting; the oldest is forgotten first. */
export const MAX_WAITING_DISPLAYS = 8;

/** From `hello` to `ready`: a page that hears nothing has no extension. */
export const HELLO_TIMEOUT = 900;
/** Time in which the host must have answered `initialize`, so that the page hears why before its own time is over. */
export const HOST_INITIALIZE_TIMEOUT = 3_500;
/** How long a window of the extension waits for its user, in milliseconds: ten minutes (WCAG 2.2.1, Timing Adjustable). */
export const WINDOW_TIMEOUT = 600_000;

/** How often its user can have that time again; WCAG 2.2.1 asks for ten times at least. */
export const WINDOW_EXTENSIONS = 10;

/** The longest that a window can stay open, in milliseconds. */
export const LONGEST_WINDOW = WINDOW_TIMEOUT * (1 + WINDOW_EXTENSIONS);

/** Milliseconds after which whoever asked for a window gives up: later than the window itself, so that its answer arrives. */
export const WAIT_FOR_WINDOW = LONGEST_WINDOW + 10_000;
/** After so long without a command an open device is released; time in a user's window does not count. */
export const DEVICE_IDLE_TIMEOUT = 60_000;
/** `device.open` waits so long for another program: desktops have card agents of their own. */
export const DEVICE_OPEN_PATIENCE = 10_000;

/** Wrong management keys that a session may try: some cards block for ever after five. */
export const MAX_MANAGEMENT_KEY_REFUSALS = 2;

/** Path of the document with a CMS's keys, below its origin. */
export const WELL_KNOWN_PATH = '/.well-known/cardwright';
export const WELL_KNOWN_TIMEOUT = 3_000;
export const MAX_WELL_KNOWN_BYTES = 64 * 1024;

/** A page waits so long for a CMS, which may have to ask its certification authority before it answers. */
export const CMS_ANSWER_TIMEOUT = 60_000;
/**
 * So long a page sends again what a CMS did not answer: a portal that is restarted is back by then, and the host releases the
 * device only later.
 */
export const CMS_REDELIVERY_TIME = 30_000;
