/** Milliseconds to release cards at the end. A browser kills the process after 2 s. */
const CLOSING_TIME = 1_500;

/** Kills the process without handlers and without waiting. PC/SC cannot cancel an APDU, and pcscd then resets the card itself. */
export function killThisProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Kills the process if it still runs after `CLOSING_TIME`: a card that never answers would keep it alive forever, even in `process.exit`.
 * The timer itself does not keep it alive.
 */
export function killThisProcessSoon(): void {
  setTimeout(killThisProcess, CLOSING_TIME).unref();
}
