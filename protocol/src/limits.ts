/** Sizes and times that the parties of the protocol rely on. Times are in milliseconds. */

/**
 * Largest message from or to the page, in UTF-16 code units of its JSON. In UTF-8 it has at most 768 KiB, so it stays below 1 MiB, above
 * which browsers end a host.
 */
export const MAX_MESSAGE_LENGTH = 256 * 1024;
/** Maximum nesting of objects and arrays in a page's message. The protocol's own messages have fewer than ten levels. */
export const MAX_MESSAGE_DEPTH = 32;
/** Maximum nesting in JSON that is sent as text: to a CMS, and in what is signed or sealed. A page's message fits into it. */
export const MAX_JSON_DEPTH = 2 * MAX_MESSAGE_DEPTH;
/** Longest frame that a host accepts, in bytes of UTF-8. Every message of up to `MAX_MESSAGE_LENGTH` fits. */
export const MAX_FRAME_BYTES = 4 * MAX_MESSAGE_LENGTH;

/** Maximum number of commands in a step. */
export const MAX_STEP_COMMANDS = 64;
/** Maximum number of concurrent requests of one page session. */
export const MAX_RUNNING_REQUESTS = 32;
/** Maximum number of page sessions of one tab. Each can start a host process. */
export const MAX_SESSIONS_OF_TAB = 8;
/** Maximum number of unused one-time keys of `secret.prepareDisplay` in one session. A further key replaces the oldest. */
export const MAX_WAITING_DISPLAYS = 8;

/** Time from a page's `hello` to the extension's `ready`. A page that gets no answer in this time has no extension. */
export const HELLO_TIMEOUT = 900;
/**
 * Time after which the page is told that the host is still starting, so that it keeps waiting. It ends well before the page's own time limit,
 * because timers are late too on a busy computer. A host that cannot start has ended by then.
 */
export const HOST_STARTS_LATE = 2_000;
/** Time in which a host must have answered `initialize` while its process lives. A busy computer starts it slowly. */
export const HOST_INITIALIZE_TIMEOUT = 30_000;
/** Milliseconds for which an extension window waits for its user: ten minutes (WCAG 2.2.1, Timing Adjustable). */
export const WINDOW_TIMEOUT = 600_000;

/** Number of times that a user can extend the time of a window. WCAG 2.2.1 asks for at least ten. */
export const WINDOW_EXTENSIONS = 10;

/** Longest time that a window can stay open, in milliseconds. */
export const LONGEST_WINDOW = WINDOW_TIMEOUT * (1 + WINDOW_EXTENSIONS);

/** Milliseconds after which the requester of a window gives up: later than the window closes, so that the window's answer arrives. */
export const WAIT_FOR_WINDOW = LONGEST_WINDOW + 10_000;
/** Idle time after which an open device is released. The time that a window waits for the user does not count. */
export const DEVICE_IDLE_TIMEOUT = 60_000;
/** Time that `device.open` waits for another program to release the device, for example for the desktop's own card agent. */
export const DEVICE_OPEN_PATIENCE = 10_000;

/** Number of wrong management keys that a session may try. Some cards block for good after five. */
export const MAX_MANAGEMENT_KEY_REFUSALS = 2;

/** Path of the document with a CMS's keys, below its origin. */
export const WELL_KNOWN_PATH = '/.well-known/cardwright';
export const WELL_KNOWN_TIMEOUT = 3_000;
export const MAX_WELL_KNOWN_BYTES = 64 * 1024;

/** Time that a page waits for an answer of a CMS, which may have to ask its certification authority first. */
export const CMS_ANSWER_TIMEOUT = 60_000;
/** Time that a page repeats a request that a CMS did not answer. It is enough for a portal to restart, and shorter than `DEVICE_IDLE_TIMEOUT`. */
export const CMS_REDELIVERY_TIME = 30_000;
