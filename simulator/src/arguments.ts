import { parseArgs } from 'node:util';

export const USAGE = `npm run simulator [-- OPTIONS], or where the package is installed: npx cardwright-simulator [OPTIONS]
  --portal URL   the portal that you develop, such as http://localhost:8080 (default: the reference portal is started)
  --headless     no browser window; the default where there is no display
  --stdio        for a program: a JSON-RPC 2.0 request on each line of the input, its answer on a line of the output
  --order ORDER  give an order before anything else; can be repeated: --order "insert piv" --order "fail no-reader"
  --wait SECONDS how long an order waits for what it names, in the page or a window (default: 30; with --stdio 120)
  --help         print this`;

/** Seconds that an order waits: where someone waits for it, and where a program does. */
const USUAL_WAIT = { user: 30, program: 120 } as const;
const LONGEST_WAIT = 3_600;

export interface SimulatorArguments {
  /** Address of the portal. Null for the reference portal. */
  readonly portal: string | null;
  readonly headless: boolean;
  /** True if a program gives the orders, and not a user. */
  readonly stdio: boolean;
  readonly orders: readonly string[];
  /** Milliseconds that an order waits for an element of the page, or for a window. */
  readonly waitMs: number;
  readonly help: boolean;
}

/**
 * Parses the simulator's command line.
 *
 * @param env contains DISPLAY or WAYLAND_DISPLAY if there is a display
 * @throws {TypeError} for an unknown or meaningless option
 */
export function readArguments(args: readonly string[], env: NodeJS.ProcessEnv): SimulatorArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      portal: { type: 'string' },
      headless: { type: 'boolean' },
      stdio: { type: 'boolean', default: false },
      wait: { type: 'string' },
      order: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  const hasDisplay = Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY);
  const { portal, headless = !hasDisplay, stdio, order, wait, help } = values;
  if (portal !== undefined && !/^https?:\/\//.test(portal)) throw new TypeError('--portal is an http or https address');
  const seconds = wait === undefined ? USUAL_WAIT[stdio ? 'program' : 'user'] : Number(wait);
  if (!(seconds > 0 && seconds <= LONGEST_WAIT))
    throw new TypeError(`--wait is a number of seconds, at most ${LONGEST_WAIT}`);
  return { portal: portal ?? null, headless, stdio, orders: order, waitMs: seconds * 1_000, help };
}
