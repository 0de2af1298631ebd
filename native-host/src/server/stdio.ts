/**
 * Takes standard output for frames alone: whatever else is written there by anybody in this process, a library's
 * `console.log` included, goes to standard error, because one stray byte ends the connection.
 *
 * @returns writes a frame whole; resolves when it has left the process
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
