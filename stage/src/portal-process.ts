import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openAppleAuthority } from './apple-authority.js';
import { layDatabase } from './portal-database.js';
import { onProcessEnd } from './process-end.js';
import { inRepository } from './repository.js';
import { TiedProcess } from './tied-process.js';

/** The portal's bundle, which starts in half of the time that separate packages need. */
const PROGRAM = inRepository('portal', 'dist', 'bundle', 'main.js');
/**
 * Options that make V8 compile a function of the embedded database's WebAssembly when it is first called, and never optimize it later. This is faster
 * for a process that runs for seconds.
 */
const COMPILE_WHAT_RUNS = ['--liftoff-only', '--wasm-lazy-compilation'];
/** Part of a line of the portal's log, in either form. */
const LISTENING = /\bCardwright portal (?:\S+ )?listening on (http:\/\/localhost:\d+)/;

export interface PortalOptions {
  /** The folder with the portal's keys and database, which `stop()` keeps. Default: a new folder, which `stop()` removes. */
  readonly dataFolder?: string;
  /** Further environment variables with settings of the portal; see portal/src/server/settings/configuration.ts. */
  readonly env?: NodeJS.ProcessEnv;
  /** Device policies for a portal whose database is empty, in the form of portal/config/device-policies.json. Default: that file. */
  readonly policies?: object;
  /**
   * Paths of PEM files with certificates of vendors. A portal whose database is empty trusts these certificates for every model. Default: no
   * certificates.
   */
  readonly vendorCertificates?: readonly string[];
  /**
   * The value of CARDWRIGHT_MOBILE without `deviceAuthorities`. The portal trusts the test authority (`openAppleAuthority`), so it accepts an
   * `Iphone` as an iPhone. Default: no mobile devices.
   */
  readonly mobile?: object;
  /** Options of Node. Default: options for a portal that runs for seconds, whose WebAssembly V8 never optimizes. */
  readonly nodeOptions?: readonly string[];
  /** The portal's main file. Default: the built bundle. */
  readonly program?: string;
  /** Receives every line of the portal's log. */
  readonly onLine?: (line: string) => void;
}

/** The reference portal in a process of its own, on a free port of localhost. */
export interface PortalProcess {
  /** The portal's origin: `http://localhost:PORT`. */
  readonly url: string;
  readonly dataFolder: string;
  /** The process id. Undefined while the portal is not running. */
  readonly pid: number | undefined;
  /** Kills the portal without a shutdown, like a power failure. Its data are kept. */
  kill(): Promise<void>;
  /** Starts the portal again after `kill()`, at the same address and with the same data. */
  start(): Promise<void>;
  /** Stops the portal for good. */
  stop(): Promise<void>;
}

/**
 * Starts a portal.
 *
 * @throws when the portal is not built, or does not start; in the latter case the message contains the portal's last lines
 */
export async function startPortal(options: PortalOptions = {}): Promise<PortalProcess> {
  const { program = PROGRAM, nodeOptions = COMPILE_WHAT_RUNS } = options;
  if (!existsSync(program)) throw new Error(`The portal is not built: ${program} is missing.`);
  const dataFolder = options.dataFolder ?? mkdtempSync(path.join(tmpdir(), 'cardwright-portal-'));
  const removeFolder = (): void => {
    if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true });
  };
  const forget = onProcessEnd(removeFolder);
  const policies = options.policies ? keepPolicies(dataFolder, options.policies) : undefined;
  const vendors = options.vendorCertificates ? keepCertificates(dataFolder, options.vendorCertificates) : undefined;
  const mobile = options.mobile ? await keepMobile(dataFolder, options.mobile) : undefined;
  const run = async (port: string): Promise<{ portal: TiedProcess; url: string }> => {
    const portal = await TiedProcess.start(process.execPath, [...nodeOptions, program], {
      env: {
        ...process.env,
        HOST: '127.0.0.1',
        PORT: port,
        CARDWRIGHT_DATA: dataFolder,
        // The portals of the demo and of tests are alone on this computer, and their passwords are new or known to all.
        CARDWRIGHT_SECOND_FACTOR: 'nobody',
        ...(policies === undefined ? {} : { CARDWRIGHT_DEVICE_POLICIES: policies }),
        ...(vendors === undefined ? {} : { CARDWRIGHT_ATTESTATION_ROOTS: vendors }),
        ...(mobile === undefined ? {} : { CARDWRIGHT_MOBILE: mobile }),
        ...options.env,
      },
      ...(options.onLine ? { onLine: options.onLine } : {}),
    });
    try {
      const [, url = ''] = await portal.line(LISTENING);
      return { portal, url };
    } catch (error) {
      await portal.stop();
      throw error;
    }
  };
  const finish = (): void => {
    removeFolder();
    forget();
  };
  try {
    layDatabase(dataFolder);
    const first = await run('0');
    const { url } = first;
    let { portal } = first;
    return {
      url,
      dataFolder,
      get pid() {
        return portal.pid;
      },
      kill: () => portal.stop('SIGKILL'),
      start: async () => {
        ({ portal } = await run(new URL(url).port));
      },
      stop: async () => {
        await portal.stop();
        finish();
      },
    };
  } catch (error) {
    finish();
    throw error;
  }
}

function keepPolicies(dataFolder: string, policies: object): string {
  const file = path.join(dataFolder, 'device-policies.json');
  writeFileSync(file, JSON.stringify(policies));
  return file;
}

async function keepMobile(dataFolder: string, settings: object): Promise<string> {
  const root = path.join(dataFolder, 'device-authority.pem');
  writeFileSync(root, (await openAppleAuthority()).rootPem);
  return JSON.stringify({ ...settings, deviceAuthorities: [root] });
}

/** Joins the certificates into one file, as the portal reads them. */
function keepCertificates(dataFolder: string, paths: readonly string[]): string {
  const file = path.join(dataFolder, 'vendor-certificates.pem');
  writeFileSync(file, paths.map((one) => readFileSync(one, 'utf8')).join('\n'));
  return file;
}
