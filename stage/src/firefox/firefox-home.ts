import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { InstallTarget } from '@cardwright/native-host';
import { HOST_NAME } from '@cardwright/protocol/identity';
import { type HostRegistration, registerAt } from '../host-registration.js';
import { withMachineFolders } from '../machine-folders.js';

/** Firefox's folders of native hosts: the user's, below the home folder, and the computer's (MDN, "Native manifests"). */
const HOSTS_OF_USER = '.mozilla/native-messaging-hosts';
const HOSTS_OF_COMPUTER = '/usr/lib/mozilla/native-messaging-hosts';
const POLICIES_OF_COMPUTER = '/etc/firefox/policies';
const EXECUTABLE = 0o700;

/**
 * The home folder of one Firefox, and the folders that this Firefox uses instead of the machine's folders of hosts and policies.
 */
export class FirefoxHome {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'cardwright-firefox-'));
  readonly profile: string;

  /**
   * @param program the browser's program
   * @param profile the profile's folder; by default one in the home folder
   */
  constructor(
    private readonly program: string,
    profile?: string,
  ) {
    this.profile = profile ?? path.join(this.folder, 'profile');
    for (const folder of [this.profile, this.#policies, this.#hosts, this.#machineHosts]) {
      mkdirSync(folder, { recursive: true });
    }
  }

  /** Returns `env`, changed so that Firefox uses this home folder, and the folders in it instead of the machine's. Variables `XDG_…` are unset. */
  addTo(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const elsewhere = Object.keys(env).filter((name) => name.startsWith('XDG_'));
    const own = { ...env, ...Object.fromEntries(elsewhere.map((name) => [name, undefined])), HOME: this.folder };
    return withMachineFolders(own, {
      [POLICIES_OF_COMPUTER]: this.#policies,
      [HOSTS_OF_COMPUTER]: this.#machineHosts,
    });
  }

  /**
   * Writes a script that runs Firefox and, unlike Firefox itself, ends when the process that started it is killed (setpriv of util-linux). Returns
   * the script's path.
   */
  tiedProgram(): string {
    const file = path.join(this.folder, 'firefox');
    writeFileSync(file, `#!/bin/sh\nexec setpriv --pdeathsig KILL ${this.program} "$@"\n`, { mode: EXECUTABLE });
    return file;
  }

  /**
   * Registers a native host, or removes the registration.
   *
   * @param program the host's JavaScript file; null to remove the registration
   */
  registerHost(program: string | null, registration: HostRegistration = {}): void {
    registerAt(
      this.#targetIn(registration.scope === 'computer' ? this.#machineHosts : this.#hosts),
      program,
      registration,
    );
  }

  /**
   * Writes the administrator's policies. Firefox reads them when it starts.
   *
   * @param policies the value of `policies` in `policies.json`
   */
  setPolicies(policies: object): void {
    writeFileSync(path.join(this.#policies, 'policies.json'), JSON.stringify({ policies }));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  #targetIn(folder: string): InstallTarget {
    const launcher = path.join(folder, 'cardwright-host');
    return { browser: 'Firefox', flavour: 'firefox', manifest: path.join(folder, `${HOST_NAME}.json`), launcher };
  }

  get #hosts(): string {
    return path.join(this.folder, HOSTS_OF_USER);
  }

  get #machineHosts(): string {
    return path.join(this.folder, 'machine', 'hosts');
  }

  get #policies(): string {
    return path.join(this.folder, 'machine', 'policies');
  }
}
