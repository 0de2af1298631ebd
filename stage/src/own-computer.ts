import { existsSync } from 'node:fs';
import { inRepository } from './repository.js';

/** Leads a browser to the folders of a computer of its own; built by stage/build.mjs. */
const LIBRARY = inRepository('stage', 'dist', 'computer-folder.so');

/**
 * The environment in which a browser takes what belongs to the whole computer (its policies, its native hosts) from
 * below a folder that stands for `/`; that of the machine is neither read nor changed. stage/computer-folder.c names
 * the folders of which this is true.
 */
export function onOwnComputer(computer: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (!existsSync(LIBRARY)) throw new Error(`${LIBRARY} is missing: run \`npm run build\`.`);
  const preload = [LIBRARY, env.LD_PRELOAD].filter((one) => one !== undefined && one !== '').join(':');
  return { ...env, LD_PRELOAD: preload, CARDWRIGHT_COMPUTER: computer };
}
