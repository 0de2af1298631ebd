import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { codeOf } from '../system/error-code.js';
import { onComputer, type System } from '../system/system.js';
import { demandSafeFolder } from './policy-file.js';
import { PolicyError } from './policy-error.js';

/**
 * File that exists while a `cardwright-host policy` command changes policies. If the command was killed, a restart of the computer removes
 * the file.
 */
const LOCK_FILE = '/run/cardwright-policies.lock';

/**
 * Does some work while no other `cardwright-host policy` command can change policies. Writes the lock file first, and so fails at once if this
 * account is not an administrator's.
 *
 * @throws PolicyError when another such command is running, this account may not change the computer, or others than the administrator can
 * change the folder of the lock
 */
export function withLock<T>(system: System, work: () => T): T {
  const lock = onComputer(system, LOCK_FILE);
  demandSafeFolder(system, path.posix.dirname(LOCK_FILE));
  demandAdministrator(() => take(lock, system.pid));
  try {
    return demandAdministrator(work);
  } finally {
    rmSync(lock, { force: true });
  }
}

/**
 * Does some work that only an administrator's account may do.
 *
 * @throws PolicyError when the computer does not permit the work to this account
 */
export function demandAdministrator<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) throw error;
    throw new PolicyError('Policies are changed by the administrator: run this command as root, such as with sudo.', {
      cause: error,
    });
  }
}

function take(lock: string, pid: number): void {
  mkdirSync(path.dirname(lock), { recursive: true, mode: 0o755 });
  try {
    writeFileSync(lock, `${pid}\n`, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? new PolicyError(whoHolds(lock), { cause: error }) : error;
  }
}

const whoHolds = (lock: string): string =>
  `Another run changes the policies (process ${readFileSync(lock, 'utf8').trim()}). If there is no such process, remove ${LOCK_FILE}.`;
