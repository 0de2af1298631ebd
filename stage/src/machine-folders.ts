import { existsSync } from 'node:fs';
import { inRepository } from './repository.js';

/** Redirects a browser to its own folders. Built by stage/build.mjs. */
const LIBRARY = inRepository('stage', 'dist', 'policy-folder.so');

/**
 * Builds an environment in which a browser uses its own folders in place of the machine's.
 *
 * @param folders the machine's folder, such as `/etc/chromium/policies`, and its replacement
 * @throws where the stage is not built
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
