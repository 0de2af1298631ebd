import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import type { Portal } from '@cardwright/portal';
import { freePort, type TiedProcess } from '@cardwright/stage';
import { CleanRoot } from './clean-root.js';

export const UNIT = '/usr/lib/systemd/system/cardwright-portal.service';
export const SETTINGS = '/etc/cardwright-portal';
/** Folder in which systemd puts the credentials of the service. */
const CREDENTIALS = '/run/credentials/cardwright-portal.service';
const DATABASE = { role: 'cardwright', password: 'database-password', name: 'cardwright' };

/** The portal's deb in a Debian system without Node.js, with its own PostgreSQL, which has an empty database for it. */
export class InstalledPortal {
  #postgres: TiedProcess | undefined;
  #service: TiedProcess | undefined;

  private constructor(
    readonly root: CleanRoot,
    private readonly postgresPort: number,
    private readonly port: number,
  ) {}

  /** Prepares the system. No package is installed yet. */
  static async open(): Promise<InstalledPortal> {
    const root = CleanRoot.open(['libatomic1', 'postgresql']);
    const installed = new InstalledPortal(root, await freePort(), await freePort());
    try {
      await installed.#startPostgres();
      await installed.sql(`CREATE ROLE ${DATABASE.role} LOGIN PASSWORD '${DATABASE.password}'`);
      await installed.sql(`CREATE DATABASE ${DATABASE.name} OWNER ${DATABASE.role}`);
      return installed;
    } catch (error) {
      await installed.remove();
      throw error;
    }
  }

  async #startPostgres(): Promise<void> {
    const [version = ''] = readdirSync(this.root.at('/usr/lib/postgresql'));
    const data = `/var/lib/postgresql/${version}/main`;
    const config = `/etc/postgresql/${version}/main/postgresql.conf`;
    const program = `/usr/lib/postgresql/${version}/bin/postgres`;
    const asPostgres = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'];
    const settings = [
      ...['-p', String(this.postgresPort), '-c', 'unix_socket_directories=/tmp'],
      ...['-c', 'log_destination=stderr'],
    ];
    const command = [...asPostgres, program, '-D', data, '-c', `config_file=${config}`, ...settings];
    this.#postgres = await this.root.start(command);
    await this.#postgres.line(/ready to accept connections/);
  }

  /** Runs statements as the administrator of PostgreSQL. */
  sql(text: string): Promise<string> {
    const psql = `psql -h /tmp -p ${this.postgresPort} -v ON_ERROR_STOP=1`;
    return this.root.run(['su', 'postgres', '-c', psql], { input: text });
  }

  /** Runs a script in the portal's database, as the portal's role. */
  load(script: string): Promise<string> {
    return this.root.run(['psql', this.databaseUrl, '--quiet', '-v', 'ON_ERROR_STOP=1'], { input: script });
  }

  /** Replaces the portal's database by an empty one. */
  emptyDatabase(): Promise<string> {
    return this.sql(`DROP DATABASE ${DATABASE.name}; CREATE DATABASE ${DATABASE.name} OWNER ${DATABASE.role};`);
  }

  private get databaseUrl(): string {
    const { role, password, name } = DATABASE;
    return `postgres://${role}:${password}@127.0.0.1:${this.postgresPort}/${name}`;
  }

  /** Installs a package, over an older one if there is one. Settings that the administrator has changed stay. Returns what dpkg printed. */
  install(deb: string): Promise<string> {
    copyFileSync(deb, this.root.at('/portal.deb'));
    return this.root.run(['dpkg', '--force-confold', '--install', '/portal.deb']);
  }

  /** Adds a line to `portal.env`. */
  set(line: string): void {
    appendFileSync(this.root.at(`${SETTINGS}/portal.env`), `${line}\n`);
  }

  /** Sets where the database is, and the port at which the portal listens. */
  setPlaces(): void {
    this.set(`DATABASE_URL=${this.databaseUrl}`);
    this.set(`PORT=${this.port}`);
  }

  /** Runs the portal's program with a command, as root does. */
  command(args: readonly string[], input = ''): Promise<string> {
    return this.root.run(['cardwright-portal', ...args], { input });
  }

  #directive(name: string): string[] {
    const lines = readFileSync(this.root.at(UNIT), 'utf8').split('\n');
    return lines.flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
  }

  /**
   * Starts the service as systemd does: with the credentials that it reads as root, the user, the variables, the command line.
   *
   * @throws Error if it does not listen; the message has its last lines
   */
  async startService(): Promise<void> {
    const { root } = this;
    const uid = Number(await root.run(['id', '-u', 'cardwright-portal']));
    const gid = Number(await root.run(['id', '-g', 'cardwright-portal']));
    rmSync(root.at(CREDENTIALS), { recursive: true, force: true });
    mkdirSync(path.dirname(root.at(CREDENTIALS)), { recursive: true });
    mkdirSync(root.at(CREDENTIALS), { mode: 0o500 });
    for (const [name = '', file = ''] of this.#directive('LoadCredential').map((one) => one.split(':'))) {
      const copy = root.at(path.join(CREDENTIALS, name));
      copyFileSync(root.at(file), copy);
      chmodSync(copy, 0o400);
      chownSync(copy, uid, gid);
    }
    chownSync(root.at(CREDENTIALS), uid, gid);
    const environment = this.#directive('Environment').map((one) => one.replace('%d', CREDENTIALS));
    const [user = ''] = this.#directive('User');
    const become = [
      ...['setpriv', `--reuid=${user}`, `--regid=${user}`],
      ...['--clear-groups', '--no-new-privs', '--bounding-set=-all'],
    ];
    const [line = ''] = this.#directive('ExecStart');
    this.#service = await root.start([...become, 'env', ...environment, ...line.split(' ')]);
    await this.#service.line(/listening/);
  }

  async stopService(): Promise<void> {
    await this.#service?.stop();
  }

  /** The running portal, for browsers. */
  get portal(): Portal {
    return { origin: `http://localhost:${this.port}`, port: this.port, close: () => Promise.resolve() };
  }

  /** Stops everything, and removes the system. */
  async remove(): Promise<void> {
    await this.stopService();
    await this.#postgres?.stop();
    this.root.remove();
  }
}

/** Makes a package of an unpacked one, as `dpkg-deb --raw-extract` leaves it. */
export function repack(folder: string, deb: string): void {
  const tree = `${deb}.tree`;
  cpSync(folder, tree, { recursive: true, verbatimSymlinks: true });
  const control = path.join(tree, 'DEBIAN');
  // The permissions of a file in a clone depend on who has cloned it.
  for (const name of ['postinst', 'prerm', 'postrm'].filter((one) => existsSync(path.join(control, one))))
    chmodSync(path.join(control, name), 0o755);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, deb], { stdio: 'ignore' });
}
