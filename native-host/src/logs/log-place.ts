import path from 'node:path';
import type { System } from '../system/system.js';

const NAME = 'host.log';
/** Number of log files: the current one and the older ones. */
export const GENERATIONS = 3;

/**
 * Returns the path of the log, in the system's place for logs (XDG Base Directory Specification: state; Apple: ~/Library/Logs; Windows:
 * %LOCALAPPDATA%).
 */
export const logFileOf = (system: System): string => path.join(folderOf(system), NAME);

/** Returns the path of a log by its age: 0 is the current log, 1 the newest of the older logs. */
export const generationOf = (file: string, generation: number): string =>
  generation === 0 ? file : `${file}.${generation}`;

function folderOf({ platform, home, env }: System): string {
  switch (platform) {
    case 'win32':
      return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'Cardwright', 'Logs');
    case 'darwin':
      return path.join(home, 'Library', 'Logs', 'Cardwright');
    default: {
      // The XDG specification requires that a relative path is ignored.
      const state = env.XDG_STATE_HOME;
      return path.join(state && path.isAbsolute(state) ? state : path.join(home, '.local', 'state'), 'cardwright');
    }
  }
}
