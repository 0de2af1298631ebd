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
