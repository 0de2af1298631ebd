import path from 'node:path';
import type { System } from '../system/system.js';

const NAME = 'host.log';
/** How many files there are: the one that is written to, and those that it was before. */
export const GENERATIONS = 3;

/** The log's file, where each system keeps such (XDG Base Directory Specification: state; Apple: ~/Library/Logs). */
export const logFileOf = (system: System): string => path.join(folderOf(system), NAME);

/** The same log earlier: 1 is the last one before. */
export const generationOf = (file: string, generation: number): string =>
  generation === 0 ? file : `${file}.${generation}`;

function folderOf({ platform, home, env }: System): string {
  switch (platform) {
    case 'win32':
      return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'Cardwright', 'Logs');
    case 'darwin':
      return path.join(home, 'Library', 'Logs', 'Cardwright');
    default: {
      // Relative ones are to be ignored.
      const state = env.XDG_STATE_HOME;
      return path.join(state && path.isAbsolute(state) ? state : path.join(home, '.local', 'state'), 'cardwright');
    }
  }
}
