/** How long a window of the extension waits for its user, in milliseconds: ten minutes (WCAG 2.2.1, Timing Adjustable). */
export const WINDOW_TIMEOUT = 600_000;

/** How often its user can have that time again; WCAG 2.2.1 asks for ten times at least. */
export const WINDOW_EXTENSIONS = 10;

/** The longest that a window can stay open, in milliseconds. */
export const LONGEST_WINDOW = WINDOW_TIMEOUT * (1 + WINDOW_EXTENSIONS);

/** Milliseconds after which whoever asked for a window gives up: later than the window itself, so that its answer arrives. */
export const WAIT_FOR_WINDOW = LONGEST_WINDOW + 10_000;
