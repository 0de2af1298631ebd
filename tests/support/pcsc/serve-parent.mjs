/**
 * Serves its parent over IPC: answers `{ id, method, args }` with `{ id, result }` or `{ id, error }`. Ends with its parent, even
 * when blocked.
 *
 * @param {Record<string, (...args: never[]) => unknown>} methods
 */
export function serveParent(methods) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.on('message', async ({ id, method, args }) => {
    try {
      process.send({ id, result: (await methods[method](...args)) ?? null });
    } catch ({ code, message }) {
      process.send({ id, error: { code, message } });
    }
  });
  process.send({ event: 'ready' });
}
