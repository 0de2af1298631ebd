/** Sizes and times that the parties of the protocol rely on. Times are in milliseconds. */

/** Largest message from or to the page, in UTF-16 code units of its JSON. Browsers end a host that answers with 1 MiB. */
export const MAX_MESSAGE_LENGTH = 256 * 1024;
/** Maximum nesting of objects and arrays in a page's message. The protocol's own messages have fewer than ten levels. */
export const MAX_MESSAGE_DEPTH = 32;
/** Longest frame that a host accepts, in bytes of UTF-8. Any message fits. */
export const MAX_FRAME_BYTES = 4 * MAX_MESSAGE_LENGTH;

/** Maximum number of concurrent requests of one page session. */
export const MAX_RUNNING_REQUESTS = 32;
/** Maximum number of page sessions of one tab. Each may start a process. */
export const MAX_SESSIONS_OF_TAB = 8;
/** One-time keys of `secret.prepareDisplay` that a session can have waiting. The oldest is dropped first. */
export const MAX_WAITING_DISPLAYS = 8;

/** From `hello` to `ready`. If a page gets no answer in this time, there is no extension. */
export const HELLO_TIMEOUT = 900;
/** Time in which the host must have answered `initialize`. It ends before the page's own timeout, so that the page learns the reason. */
export const HOST_INITIALIZE_TIMEOUT = 3_500;
/** Milliseconds for which an extension window waits for its user: ten minutes (WCAG 2.2.1, Timing Adjustable). */
export const WINDOW_TIMEOUT = 600_000;

/** Number of times that the user can extend it. WCAG 2.2.1 asks for at least ten. */
export const WINDOW_EXTENSIONS = 10;

/** Longest time that a window can stay open, in milliseconds. */
export const LONGEST_WINDOW = WINDOW_TIMEOUT * (1 + WINDOW_EXTENSIONS);

/** Milliseconds after which the requester of a window gives up. It ends after the window itself, so that the window's answer arrives. */
export const WAIT_FOR_WINDOW = LONGEST_WINDOW + 10_000;
/** Idle time after which an open device is released. Time in a user's window does not count. */
export const DEVICE_IDLE_TIMEOUT = 60_000;
/** Time for which `device.open` waits for another program. Desktops have card agents of their own. */
export const DEVICE_OPEN_PATIENCE = 10_000;

/** Wrong management keys that a session may try. Some cards block for good after five. */
export const MAX_MANAGEMENT_KEY_REFUSALS = 2;

/** Path of the document with a CMS's keys, below its origin. */
export const WELL_KNOWN_PATH = '/.well-known/cardwright';
export const WELL_KNOWN_TIMEOUT = 3_000;
export const MAX_WELL_KNOWN_BYTES = 64 * 1024;

/** Time for which a page waits for a CMS, which may have to ask its certification authority before it answers. */
export const CMS_ANSWER_TIMEOUT = 60_000;
/**
 * Time for which a page repeats a request that a CMS did not answer. A portal that is restarted is back by then, and the host releases
 * the device only later.
 */
export const CMS_REDELIVERY_TIME = 30_000;
