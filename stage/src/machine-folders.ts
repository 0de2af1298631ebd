import { existsSync } from 'node:fs';
import { inRepository } from './repository.js';

/** Library that redirects a browser to its own folders. stage/build.mjs builds it. */
const LIBRARY = inRepository('stage', 'dist', 'policy-folder.so');

/**
 * Returns an environment in which a browser uses its own folders instead of the machine's.
 *
 * @param folders maps a folder of the machine, such as `/etc/chromium/policies`, to the folder that replaces it
 * @throws if the stage is not built
 */
export function withMachineFolders(
  env: NodeJS.ProcessEnv,
  folders: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  if (!existsSync(LIBRARY)) throw new Error(`${LIBRARY} is missing: run \`npm run build\`.`);
  const preload = [LIBRARY, env.LD_PRELOAD].filter((one) => one !== undefined && one !== '').join(':');
  const pairs = Object.entries(folders).map(([machine, own]) => `${machine}=${own}`);
  return { ...env, LD_PRELOAD: preload, CARDWRIGHT_FOLDERS: pairs.join(':') };
}
