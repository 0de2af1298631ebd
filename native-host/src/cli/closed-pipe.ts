import type { Writable } from 'node:stream';

/** Exit code for an output whose reader has closed: 128 plus the number of SIGPIPE, as shells report it. */
const CLOSED_PIPE = 141;

/**
 * Treats a closed output as ordinary, as after `list | head -1`: later output is dropped, and the exit code shows it.
 *
 * @returns a function from the exit code of the work to that of the program
 */
export function toleratingClosedPipe(streams: readonly Writable[]): (exitCode: number) => number {
  let isClosed = false;
  for (const stream of streams) {
    stream.on('error', (error) => {
      if (!('code' in error) || error.code !== 'EPIPE') throw error;
      isClosed = true;
      // The error may arrive after the work has ended.
      process.exitCode = CLOSED_PIPE;
    });
  }
  return (exitCode) => (isClosed ? CLOSED_PIPE : exitCode);
}
