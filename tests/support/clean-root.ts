import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inRepository, onProcessEnd, TiedProcess, type TiedProcessOptions } from '@cardwright/stage';
import { runWithInput } from './run-with-input.js';

const SUITE = 'trixie';
const CACHE = inRepository('.cache', 'clean-roots');
/** The mode of `/`, readable for the users that packages create. */
const ROOT_MODE = 0o755;

/** Returns why no clean root is possible here; undefined if one is. */
export function whyNoCleanRoot(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can change the root folder';
  return existsSync('/usr/sbin/debootstrap') ? undefined : 'the Debian package debootstrap is missing';
}

/** A separate Debian system in a folder, without Node.js, into which a package can be installed. */
export class CleanRoot {
  private constructor(readonly folder: string) {}

  /**
   * Unpacks one. The first time, Debian's mirror gives it, and it is kept in `.cache`.
   *
   * @param packages installed in addition to the essential ones
   */
  static open(packages: readonly string[]): CleanRoot {
    const archive = path.join(CACHE, `${SUITE}-${digestOf(packages)}.tar`);
    if (!existsSync(archive)) make(archive, packages);
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-clean-root-'));
    onProcessEnd(() => rmSync(folder, { recursive: true, force: true }));
    execFileSync('tar', ['-xf', archive, '-C', folder, '--numeric-owner']);
    return new CleanRoot(folder);
  }

  /** Maps a path inside to the one outside. */
  at(file: string): string {
    return path.join(this.folder, file);
  }

  /**
   * Runs a command in it, and returns its output.
   *
   * @throws Error if it fails; the message has its output
   */
  async run(command: readonly string[], { input = '' }: { readonly input?: string } = {}): Promise<string> {
    const [program, ...args] = this.#inside(command);
    const { stdout, stderr } = await runWithInput(program, args, input, CLEAN);
    return stdout + stderr;
  }

  /** Starts a command in it, which ends with this process at the latest. */
  start(command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<TiedProcess> {
    const [program, ...args] = this.#inside(command);
    const options: TiedProcessOptions = { env: { ...CLEAN, ...env } };
    return TiedProcess.start(program, args, options);
  }

  /** Lists every path outside except the package manager's own files, sorted. */
  paths(): string[] {
    const own = ['proc', 'dev', 'run', 'root', 'tmp', 'var/lib/dpkg', 'var/lib/apt', 'var/cache', 'var/log'];
    const left = own.flatMap((name) => ['-path', this.at(name), '-prune', '-o']);
    return execFileSync('find', [this.at(''), ...left, '-print'], { encoding: 'utf8', maxBuffer: 2 ** 26 })
      .split('\n')
      .sort();
  }

  /**
   * Writes a program of this machine that starts a program of the root, such as its browser, with this machine's /tmp, in which are the browser's profile
   * and the socket of pcscd.
   *
   * @param file path of the program to write
   * @param program path in the root
   * @param folders further folders of this machine that the program sees, which have to be in the root too
   */
  writeStarter(file: string, program: string, folders: readonly string[] = []): void {
    const script = [
      'mount --rbind /dev "$0/dev"',
      'mount -t proc proc "$0/proc"',
      ...[...folders, '/tmp'].map((folder) => `mount --bind "${folder}" "$0${folder}"`),
      // The stage has browsers look for manifests and policies in folders of its own; this one uses the usual places.
      `exec chroot "$0" env -u LD_PRELOAD ${program} "$@"`,
    ].join('; ');
    const text = `#!/bin/sh\nexec unshare --mount sh -ec '${script}' '${this.folder}' "$@"\n`;
    writeFileSync(file, text, { mode: 0o755 });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Mounts devices and processes only for the command, in a namespace that ends with it. */
  #inside(command: readonly string[]): [string, ...string[]] {
    const script = 'mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';
    return ['unshare', '--mount', 'sh', '-c', script, this.folder, ...command];
  }
}

/** An environment without any settings of the account that runs the tests. */
export const CLEAN = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' };

const digestOf = (packages: readonly string[]): string =>
  createHash('sha256')
    .update([...packages].sort().join(' '))
    .digest('hex')
    .slice(0, 12);

function make(archive: string, packages: readonly string[]): void {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-debootstrap-'));
  try {
    chmodSync(folder, ROOT_MODE);
    const include = packages.length > 0 ? [`--include=${packages.join(',')}`] : [];
    execFileSync('debootstrap', ['--variant=minbase', ...include, SUITE, folder], { stdio: 'ignore' });
    const draft = `${archive}.${process.pid}`;
    execFileSync('tar', ['-cf', draft, '-C', folder, '--numeric-owner', '.']);
    renameSync(draft, archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
