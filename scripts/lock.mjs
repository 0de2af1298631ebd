import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Locks the open folder $1, prints that, and keeps the lock until its standard input ends. */
const HOLD = 'exec 9<"$1" && flock 9 && echo locked && exec cat >/dev/null';
/** Does the same, but gives up at once when another process has the lock. */
const HOLD_IF_FREE = 'exec 9<"$1" && flock --nonblock 9 && echo locked && exec cat >/dev/null';

/**
 * Runs `work` while nothing else on this machine runs under the lock of the same folder.
 *
 * The lock is flock(2) on the folder itself. A small child holds it as long as its standard input is open, which is a pipe from this
 * process. So there is no lock file to go stale: however the holder dies, the next process gets the lock. `flock` is in util-linux, which
 * every Linux distribution has.
 *
 * @template T
 * @param {string} folder an existing, readable folder that names the lock
 * @param {() => Promise<T>} work
 * @param {{ onWait?: () => void }} [options] `onWait` is called once if the lock is not free
 * @returns {Promise<T>}
 */
export async function withLock(folder, work, { onWait } = {}) {
  let release = await take(HOLD_IF_FREE, folder);
  if (release === undefined) {
    onWait?.();
    release = await take(HOLD, folder);
  }
  if (release === undefined) throw new Error(`Cannot lock ${folder}: is flock (util-linux) installed?`);
  try {
    return await work();
  } finally {
    await release();
  }
}

/**
 * @param {string} script
 * @param {string} folder
 * @returns {Promise<(() => Promise<void>) | undefined>} releases the lock; undefined when another process has it
 */
async function take(script, folder) {
  const holder = spawn('/bin/sh', ['-c', script, 'lock', folder], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(holder, 'close');
  const first = await Promise.race([once(holder.stdout, 'data').then(() => 'locked'), ended.then(() => 'ended')]);
  if (first === 'ended') return undefined;
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
