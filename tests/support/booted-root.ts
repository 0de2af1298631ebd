import { existsSync, readFileSync, rmSync } from 'node:fs';
import { onProcessEnd, TiedProcess, until } from '@cardwright/stage';
import { CLEAN, type CleanRoot, whyNoCleanRoot } from './clean-root.js';
import { runWithInput } from './run-with-input.js';

const NSPAWN = 'systemd-nspawn';
/** Milliseconds until the system has started its services. */
const LONGEST_BOOT = 120_000;
const NAMESPACES = ['--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wdns=/'];
/** Passes what comes at a socket of this computer on to a port of the network that it runs in. */
const RELAY = `
  const net = require('node:net');
  const [socket, port] = process.argv.slice(1);
  net.createServer((from) => {
    const to = net.connect(Number(port), '127.0.0.1');
    from.pipe(to).pipe(from);
    from.on('error', () => to.destroy());
    to.on('error', () => from.destroy());
  }).listen(socket, () => console.log('open'));
`;

/** Returns why no root can be booted here; undefined if one can. */
export function whyNoBootedRoot(): string | undefined {
  return (
    whyNoCleanRoot() ??
    (existsSync(`/usr/bin/${NSPAWN}`) ? undefined : 'the Debian package systemd-container is missing')
  );
}

/** A clean root that systemd has booted: with its own processes, its own network, which reaches nothing, and its services. */
export class BootedRoot {
  readonly #forget: () => void;
  readonly #gates: { readonly gate: TiedProcess; readonly socket: string }[] = [];

  private constructor(
    readonly root: CleanRoot,
    private readonly container: TiedProcess,
    /** Process number, outside, of the systemd inside. */
    private readonly init: number,
  ) {
    this.#forget = onProcessEnd(() => endAll(init));
  }

  /**
   * Boots a root, and waits until its services have started.
   *
   * @throws Error if it does not boot, with its last lines
   */
  static async boot(root: CleanRoot): Promise<BootedRoot> {
    const options = [
      '--quiet',
      '--boot',
      '--private-network',
      '--register=no',
      '--keep-unit',
      '--console=pipe',
      '--settings=no',
    ];
    const container = await TiedProcess.start(NSPAWN, [...options, '--link-journal=no', `--directory=${root.folder}`]);
    try {
      const init = await until(() => initBelow(container), { what: 'systemd inside', timeout: LONGEST_BOOT });
      const booted = new BootedRoot(root, container, init);
      await until(() => existsSync(`/proc/${init}/root/run/systemd/private`), {
        what: "systemd's socket",
        timeout: LONGEST_BOOT,
      });
      // It ends with 1 if a unit has failed, which the caller looks at.
      await booted.run(['sh', '-c', 'systemctl is-system-running --wait || true']);
      return booted;
    } catch (error) {
      const lines = container.output;
      await container.stop('SIGKILL');
      throw new Error(`The root does not boot. Its last lines:\n${lines}`, { cause: error });
    }
  }

  /**
   * Types commands at a shell of root in it, and returns what they print, on both outputs.
   *
   * @throws Error if one fails; the message has the output
   */
  async type(script: string, input = ''): Promise<string> {
    try {
      return await this.run(['bash', '-c', `set -e -o pipefail\nexec 2>&1\n${script}`], input);
    } catch (cause) {
      const told = cause instanceof Error && 'stdout' in cause ? String(cause.stdout) : '';
      throw new Error(`${script}\n${told}`, { cause });
    }
  }

  /**
   * Runs a command in it, and returns its output.
   *
   * @throws Error if it fails; the message has its error output
   */
  async run(command: readonly string[], input = ''): Promise<string> {
    const { stdout, stderr } = await runWithInput('nsenter', this.#inside(command), input, CLEAN);
    return stdout + stderr;
  }

  /** Returns the program and the arguments that run a command in it, for a terminal. */
  commandLine(command: readonly string[]): readonly string[] {
    return ['nsenter', ...this.#inside(command)];
  }

  /** Opens a socket on this computer that leads to a port of 127.0.0.1 inside, and returns its path. */
  async openGate(port: number): Promise<string> {
    const socket = `${this.root.folder}.${port}`;
    const relay = ['--net', process.execPath, '--eval', RELAY, socket, String(port)];
    const gate = await TiedProcess.start('nsenter', [`--target=${this.init}`, ...relay]);
    await gate.line(/open/);
    this.#gates.push({ gate, socket });
    return socket;
  }

  /** Ends all that runs in it, and removes it. */
  async remove(): Promise<void> {
    for (const { gate, socket } of this.#gates) {
      await gate.stop('SIGKILL');
      rmSync(socket, { force: true });
    }
    this.#forget();
    endAll(this.init);
    await this.container.stop();
    await until(() => !existsSync(`/proc/${this.init}`), { what: 'the end of the root' });
    this.root.remove();
  }

  #inside(command: readonly string[]): readonly string[] {
    return [`--target=${this.init}`, ...NAMESPACES, ...command];
  }
}

/** Ends a systemd inside, and with it all processes of its namespace. It outlives a container that is killed. */
function endAll(init: number): void {
  try {
    process.kill(init, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** Returns the process number of the systemd inside: of all processes below the container's, the first of a process namespace of its own. */
function initBelow({ pid }: TiedProcess): number | undefined {
  if (pid === undefined) throw new Error('It has ended.');
  return descendantsOf(pid).find((one) => {
    const [, numbers = ''] = /^NSpid:\s+(.*)$/m.exec(readProc(one, 'status')) ?? [];
    return /\s1$/.test(numbers) && readProc(one, 'comm') === 'systemd\n';
  });
}

const descendantsOf = (pid: number): number[] =>
  readProc(pid, `task/${pid}/children`)
    .split(' ')
    .filter((child) => child !== '')
    .map(Number)
    .flatMap((child) => [child, ...descendantsOf(child)]);

/** Returns what the kernel says of a process; nothing of one that has ended. */
function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
