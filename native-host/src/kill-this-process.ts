/** Milliseconds to release cards when there is nothing more to do; a browser kills the process after 2 s. */
const CLOSING_TIME = 1_500;

/** Without handlers and without waiting: PC/SC cannot cancel an APDU, and pcscd then resets the card by itself. */
export function killThisProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** A card that never answers would keep the process alive for ever, even in `process.exit`. This timer itself does not keep it alive. */
export function killThisProcessSoon(): void {
  setTimeout(killThisProcess, CLOSING_TIME).unref();
}
