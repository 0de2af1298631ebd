import type { Writable } from 'node:stream';

/** Exit code after the reader of the output has closed it: 128 plus the number of SIGPIPE, as shells report it. */
const CLOSED_PIPE = 141;

/**
 * Treats output that its reader has closed, as in `list | head -1`, as no error: later output is dropped, and the exit code is 141.
 *
 * @returns a function that turns the exit code of the command into that of the program
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
