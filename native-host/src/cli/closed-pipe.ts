import type { Writable } from 'node:stream';

/** Exit code of a program whose output nobody reads: 128 plus the number of SIGPIPE, as shells report it. */
const CLOSED_PIPE = 141;

/**
 * Treats the end of the reader of the output as ordinary, as after `list | head -1`: what is still written is dropped,
 * and the exit code says it.
 *
 * @returns the exit code, given that of the work
 */
export function toleratingClosedPipe(streams: readonly Writable[]): (exitCode: number) => number {
  let isClosed = false;
  for (const stream of streams) {
    stream.on('error', (error) => {
      if (!('code' in error) || error.code !== 'EPIPE') throw error;
      isClosed = true;
      // The error may come after the work has ended.
      process.exitCode = CLOSED_PIPE;
    });
  }
  return (exitCode) => (isClosed ? CLOSED_PIPE : exitCode);
}
