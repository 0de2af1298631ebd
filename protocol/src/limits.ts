/** Sizes and times that the parties of the protocol rely on. Times are in milliseconds. */

/**
 * Largest message from or to the page, in UTF-16 code units of its JSON. In UTF-8 such a message has at most 768 KiB. A browser ends a host that
 * sends a message longer than 1 MiB, so this limit is lower.
 */
export const MAX_MESSAGE_LENGTH = 256 * 1024;
/** Maximum nesting of objects and arrays in a page's message. The protocol's own messages have fewer than ten levels. */
export const MAX_MESSAGE_DEPTH = 32;
/**
 * Maximum nesting in JSON text that `readJson` reads, such as a request to a CMS, a message to the host, or the content of a JWS. It is larger
 * than `MAX_MESSAGE_DEPTH`, so that such a text can contain a message of a page.
 */
export const MAX_JSON_DEPTH = 2 * MAX_MESSAGE_DEPTH;
/** Longest frame that a host accepts, in bytes of UTF-8. Every message of up to `MAX_MESSAGE_LENGTH` code units fits. */
export const MAX_FRAME_BYTES = 4 * MAX_MESSAGE_LENGTH;

/** Maximum number of commands in a step. */
export const MAX_STEP_COMMANDS = 64;
/** Maximum number of concurrent requests of one page session. */
export const MAX_RUNNING_REQUESTS = 32;
/** Maximum number of concurrent page sessions of one tab. Their number is limited because each session can start a host process. */
export const MAX_SESSIONS_OF_TAB = 8;
/** Maximum number of unused one-time keys of `secret.prepareDisplay` in one session. A further key replaces the oldest. */
export const MAX_WAITING_DISPLAYS = 8;

/**
 * Time for which a page waits after its `hello` for the extension's `ready`. Without an answer by then, the sdk concludes that the extension is
 * missing.
 */
export const HELLO_TIMEOUT = 900;
/**
 * Time after which the page is told that `initialize` takes longer, so that the page keeps waiting. Usually the host is still starting. It is half
 * of the page's own time limit for `initialize`, because a busy computer also delays timers. A host that cannot start has usually ended by then.
 */
export const HOST_STARTS_LATE = 2_000;
/** Time within which a host must answer `initialize` after its process was started. It is long because a host starts slowly on a busy computer. */
export const HOST_INITIALIZE_TIMEOUT = 30_000;
/** Milliseconds for which an extension window waits for its user: ten minutes. The user can extend the time (WCAG 2.2.1, Timing Adjustable). */
export const WINDOW_TIMEOUT = 600_000;

/** Number of times that a user can extend the time of a window. WCAG 2.2.1 asks for at least ten. */
export const WINDOW_EXTENSIONS = 10;

/** Longest time that a window can stay open, in milliseconds. */
export const LONGEST_WINDOW = WINDOW_TIMEOUT * (1 + WINDOW_EXTENSIONS);

/**
 * Milliseconds after which the requester of a window gives up. The window closes earlier (`LONGEST_WINDOW`), so the requester gets an answer in time.
 */
export const WAIT_FOR_WINDOW = LONGEST_WINDOW + 10_000;
/** Idle time after which an open device is released. The time that a window waits for the user does not count. */
export const DEVICE_IDLE_TIMEOUT = 60_000;
/** Time for which `device.open` waits until another program, for example the desktop's own card agent, releases the device. */
export const DEVICE_OPEN_PATIENCE = 10_000;

/** Number of wrong management keys that a session may try on one card. Some cards block for good after five wrong keys. */
export const MAX_MANAGEMENT_KEY_REFUSALS = 2;

/** Path of the document with a CMS's keys, below the CMS's origin. */
export const WELL_KNOWN_PATH = '/.well-known/cardwright';
export const WELL_KNOWN_TIMEOUT = 3_000;
export const MAX_WELL_KNOWN_BYTES = 64 * 1024;

/** Time for which a page waits for an answer of its CMS. It is long because the CMS may have to ask its certification authority first. */
export const CMS_ANSWER_TIMEOUT = 60_000;
/**
 * Time for which a page repeats a request that its CMS did not answer. It is long enough for a portal to restart, and shorter than
 * `DEVICE_IDLE_TIMEOUT`, so the device stays open.
 */
export const CMS_REDELIVERY_TIME = 30_000;
