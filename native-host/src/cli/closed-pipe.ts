import type { Writable } from 'node:stream';

/** Exit code after the program that reads the output has closed the pipe: 128 plus 13, the number of SIGPIPE, as shells report it. */
const CLOSED_PIPE = 141;

/**
 * Tolerates that the program that reads the output closes the pipe early, as in `list | head -1`: later output is dropped, and the exit code is
 * `CLOSED_PIPE`.
 *
 * @returns a function that turns the exit code of the command into that of the program
 */
export function toleratingClosedPipe(streams: readonly Writable[]): (exitCode: number) => number {
  let isClosed = false;
  for (const stream of streams) {
    stream.on('error', (error) => {
      if (!('code' in error) || error.code !== 'EPIPE') throw error;
      isClosed = true;
      // The exit code is set here too, because the error may arrive after the command has ended.
      process.exitCode = CLOSED_PIPE;
    });
  }
  return (exitCode) => (isClosed ? CLOSED_PIPE : exitCode);
}
