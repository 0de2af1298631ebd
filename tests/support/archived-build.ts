import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { inRepository, type PortalOptions } from '@cardwright/stage';
import { portalOf } from './portal-options.js';

/** The packages with bundles, each after those that it needs. */
const BUNDLED = ['protocol', 'native-host', 'extension', 'portal'];

/** An earlier commit of this repository, built as it was. */
export class ArchivedBuild {
  private constructor(private readonly folder: string) {}

  /**
   * Builds a commit, unless it was built before. The build is kept in `.cache/archive`. It uses the npm packages that are installed here, so the commit
   * must ask for the same versions of them.
   *
   * @param commit the full hash
   * @throws Error when this clone does not have the commit, or when it does not build
   */
  static of(commit: string): ArchivedBuild {
    const folder = inRepository('.cache', 'archive', commit);
    if (!existsSync(folder)) makeBuild(commit, folder);
    return new ArchivedBuild(folder);
  }

  /** Folder of the extension for Chromium. */
  get extension(): string {
    return path.join(this.folder, 'extension', 'dist', 'chromium');
  }

  /** The host's JavaScript file. */
  get host(): string {
    return path.join(this.folder, 'native-host', 'dist', 'bundle', 'main.js');
  }

  /** Imports a module of a package as it was built, such as `protocol/dist/index.js`. */
  import(module: string): Promise<unknown> {
    return import(path.join(this.folder, module));
  }

  /**
   * Returns the options of a portal of this build with its own device policies, and puts an empty database of this build into the portal's folder.
   *
   * @param dataFolder a new, empty folder
   */
  portal(dataFolder: string): PortalOptions {
    const built = path.join(this.folder, 'portal', 'dist');
    cpSync(path.join(built, 'stage-database'), path.join(dataFolder, 'database'), { recursive: true });
    const { env = {}, vendorCertificates = [] } = portalOf();
    return { env, vendorCertificates, dataFolder, program: path.join(built, 'bundle', 'main.js') };
  }
}

function makeBuild(commit: string, folder: string): void {
  demandCommit(commit);
  const made = `${folder}.${process.pid}`;
  try {
    checkOut(commit, made);
    linkPackages(made);
    compile(made);
    for (const name of BUNDLED) bundle(made, name);
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    throw new Error(`The commit ${commit} cannot be built.`, { cause: error });
  }
}

/**
 * Compiles the packages. The compiler also writes its output where types are missing that this clone no longer installs, so its exit code does not
 * count: what is missing then is missed by `bundle`.
 */
function compile(folder: string): void {
  const compiler = inRepository('node_modules', 'typescript-7', 'bin', 'tsc');
  spawnSync(process.execPath, [compiler, '--build'], { cwd: folder, stdio: 'ignore' });
}

function bundle(folder: string, name: string): void {
  const script = `import('./${name}/build.mjs').then(({ build }) => build())`;
  execFileSync(process.execPath, ['--eval', script], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
}

/** @throws Error that says how to get the commit */
function demandCommit(commit: string): void {
  try {
    git(['cat-file', '-e', `${commit}^{commit}`]);
  } catch (error) {
    throw new Error(
      `This test builds the commit ${commit}, which this clone does not have. Get the whole history with \`git fetch --unshallow\`.`,
      { cause: error },
    );
  }
}

/** Writes the files of a commit into a new folder, with an index of its own, so that this clone is not touched. */
function checkOut(commit: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const index = { GIT_INDEX_FILE: path.join(folder, '.index') };
  git(['read-tree', commit], index);
  git(['checkout-index', '--all', `--prefix=${folder}/`], index);
  rmSync(index.GIT_INDEX_FILE);
}

const git = (args: readonly string[], env: NodeJS.ProcessEnv = {}): string =>
  execFileSync('git', args, { cwd: inRepository(), env: { ...process.env, ...env }, encoding: 'utf8', stdio: 'pipe' });

/** Links the npm packages of this clone into a folder, and the packages of the commit under their own names. */
function linkPackages(folder: string): void {
  const { workspaces } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    workspaces: string[];
  };
  for (const home of ['.', ...workspaces]) {
    const from = inRepository(home, 'node_modules');
    if (!existsSync(from)) continue;
    const to = path.join(folder, home, 'node_modules');
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(from).filter((one) => one !== '@cardwright')) {
      symlinkSync(path.join(from, name), path.join(to, name));
    }
  }
  const own = path.join(folder, 'node_modules', '@cardwright');
  mkdirSync(own);
  for (const name of workspaces) symlinkSync(path.join('..', '..', name), path.join(own, name));
}
