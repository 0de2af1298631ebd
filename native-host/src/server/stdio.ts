import { read, writeSync } from 'node:fs';

const STDIN = 0;
const STDOUT = 1;
/** Largest first input in bytes. `process.stdin` delivers the rest of a longer input. */
const FIRST_LENGTH = 65_536;

/**
 * True if standard input and output can be used as plain files. On Windows they are pipes of several kinds, for which the streams of Node.js
 * are needed.
 */
const hasPlainPipes = process.platform !== 'win32';

/**
 * Reads the first input without `process.stdin`, because this stream takes Node.js milliseconds to create. Resolves with an empty buffer on Windows,
 * after an error, and at the end of input: `process.stdin` then delivers the input, the error or the end.
 */
export function readFirstInput(): Promise<Buffer> {
  if (!hasPlainPipes) return Promise.resolve(Buffer.alloc(0));
  const buffer = Buffer.alloc(FIRST_LENGTH);
  return new Promise((resolve) => {
    read(STDIN, buffer, 0, FIRST_LENGTH, null, (error, length) => resolve(buffer.subarray(0, error ? 0 : length)));
  });
}

/**
 * Writes the first output without `process.stdout`.
 *
 * @returns the number of bytes that were written, from 0 to the length of the frame; the caller writes the other bytes
 */
export function writeFirstOutput(frame: Buffer): number {
  if (!hasPlainPipes) return 0;
  try {
    return writeSync(STDOUT, frame);
  } catch {
    // For example EAGAIN of a pipe that does not block. `process.stdout` then waits, or reports the error.
    return 0;
  }
}

/**
 * Reserves standard output for frames. Everything else that is written to `process.stdout`, even by a library's `console.log`, goes to standard
 * error, because one stray byte ends the connection.
 *
 * @returns a function that writes a whole frame, and resolves when the frame has left the process; rejects if that fails
 */
export function takeStandardOutput(): (frame: Buffer) => Promise<void> {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  return (frame) =>
    new Promise((resolve, reject) => {
      write(frame, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
}
