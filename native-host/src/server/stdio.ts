import { read, writeSync } from 'node:fs';

const STDIN = 0;
const STDOUT = 1;
/** Bytes to read at most. A longer input comes later, through the stream. */
const FIRST_LENGTH = 65_536;

/** Windows has pipes of several kinds, and only the streams know them all. */
const hasPlainPipes = process.platform !== 'win32';

/**
 * Reads the first input without the stream of standard input, which takes Node.js milliseconds to make. Resolves with an empty buffer where
 * that is not possible, or the input has ended: the stream then tells.
 */
export function readFirstInput(): Promise<Buffer> {
  if (!hasPlainPipes) return Promise.resolve(Buffer.alloc(0));
  const buffer = Buffer.alloc(FIRST_LENGTH);
  return new Promise((resolve) => {
    read(STDIN, buffer, 0, FIRST_LENGTH, null, (error, length) => resolve(buffer.subarray(0, error ? 0 : length)));
  });
}

/**
 * Writes the first output without the stream of standard output.
 *
 * @returns how many bytes were written, which may be none
 */
export function writeFirstOutput(frame: Buffer): number {
  if (!hasPlainPipes) return 0;
  try {
    return writeSync(STDOUT, frame);
  } catch {
    // Such as EAGAIN of a pipe that does not block. The stream waits, or tells what is wrong.
    return 0;
  }
}

/**
 * Reserves standard output for frames. All other output of this process, even a library's `console.log`, goes to standard error, because
 * one stray byte ends the connection.
 *
 * @returns a function that writes a whole frame, and resolves when it has left the process
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
