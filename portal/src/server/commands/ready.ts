import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isAlive } from '../is-alive.js';
import { readConfiguration } from '../settings/configuration.js';
import { printUsage, type CommandFacts } from './command-facts.js';

export const READY = {
  name: 'ready',
  options: {
    while: { type: 'string', value: 'PID', summary: 'Asks until the portal answers, as long as that process lives.' },
  },
  summary: 'Asks the portal of these settings, on this computer, if it answers.',
  examples: [{ line: 'ready', summary: 'Ends with the exit code 1 where no portal answers.' }],
} as const satisfies CommandFacts;

/** Milliseconds between two questions. */
const EVERY = 200;
/** Milliseconds for one answer. */
const PATIENCE = 5000;
/** Public address of every portal, which needs no session and no database. */
const PATH = '/.well-known/cardwright';
const OK = 200;

/**
 * `ready [--while PID]`: asks the portal of these settings, on this computer, if it answers requests. A portal listens only after it has brought its
 * tables up to date. With `--while` the command asks again until the portal answers, as long as that process lives, however long that takes. The units use
 * it, so that the start of a service lasts until the portal answers. systemd does not end the command if the portal fails to start.
 *
 * @param environment as `readConfiguration` reads it
 * @returns the exit code: 1 if the portal does not answer or the arguments are wrong, otherwise 0
 * @throws Error with words for the administrator if the settings are wrong, or name no port
 */
export async function ready(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    printUsage([READY], print);
    return 1;
  }
  // The keys are not needed. Decrypting them takes seconds.
  const { host, port } = readConfiguration({ ...environment, CARDWRIGHT_KEYS: '' });
  if (port === 0) throw new Error('the system chooses the port (PORT), so the portal cannot be found');
  const place = { host: reachable(host), port };
  while (!(await answers(place))) {
    if (options.pid === undefined || !isAlive(options.pid)) {
      print(`No portal answers at ${place.host}, port ${port}.`);
      return 1;
    }
    await delay(EVERY);
  }
  print(`The portal answers at ${place.host}, port ${port}.`);
  return 0;
}

function readOptions(args: readonly string[]): { readonly pid: number | undefined } | undefined {
  try {
    const { while: pid } = parseArgs({ args: [...args], options: READY.options }).values;
    // systemd gives an empty text for a process that has ended.
    if (pid !== undefined && !/^\d*$/.test(pid)) return undefined;
    return { pid: pid ? Number(pid) : undefined };
  } catch {
    // The arguments have an unknown option, or are too many.
    return undefined;
  }
}

/** Returns an address at which a listener on `host` is reached from this computer. Nobody connects to the unspecified address. */
const reachable = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);

const answers = ({ host, port }: { readonly host: string; readonly port: number }): Promise<boolean> =>
  new Promise((resolve) => {
    // A portal refuses names other than its own, addresses and `localhost`.
    const headers = { host: 'localhost' };
    const request = http.get({ host, port, path: PATH, headers, agent: false, timeout: PATIENCE }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === OK);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.on('close', () => resolve(false));
  });
