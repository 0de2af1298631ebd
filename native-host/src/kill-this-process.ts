/** Milliseconds for releasing the cards before the process ends. Chromium kills a host 2 s after it has closed the input of the host. */
const CLOSING_TIME = 1_500;

/**
 * Kills the process without handlers and without waiting. This is the only way to end an APDU that is never answered, because PC/SC cannot
 * cancel an APDU. The smart card service then resets the card.
 */
export function killThisProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Kills the process if it still runs after `CLOSING_TIME`: a card that never answers would keep the process alive forever, even after
 * `process.exit`. The timer itself does not keep the process alive.
 */
export function killThisProcessSoon(): void {
  setTimeout(killThisProcess, CLOSING_TIME).unref();
}
