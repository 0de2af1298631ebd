/**
 * Cleanups that run when this process ends by itself or by SIGINT, SIGTERM or SIGHUP, the last added first. Cleanups must be synchronous, because an
 * ending process runs no more asynchronous code. After a SIGKILL no cleanup runs (see TiedProcess).
 */
const cleanups = new Set<() => void>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs `cleanup`, which must be synchronous, when this process ends. Returns a function that revokes this. */
export function onProcessEnd(cleanup: () => void): () => void {
  if (cleanups.size === 0) watch();
  cleanups.add(cleanup);
  return () => {
    cleanups.delete(cleanup);
    if (cleanups.size === 0) unwatch();
  };
}

function watch(): void {
  process.on('exit', cleanUp);
  for (const signal of SIGNALS) process.on(signal, endBy);
}

function unwatch(): void {
  process.off('exit', cleanUp);
  for (const signal of SIGNALS) process.off(signal, endBy);
}

/** Cleans up, and then ends this process by the same signal, so that the parent process sees the signal. */
function endBy(signal: NodeJS.Signals): void {
  cleanUp();
  process.kill(process.pid, signal);
}

function cleanUp(): void {
  unwatch();
  for (const cleanup of [...cleanups].reverse()) {
    cleanups.delete(cleanup);
    try {
      cleanup();
    } catch (error) {
      console.error('While cleaning up:', error);
    }
  }
}
