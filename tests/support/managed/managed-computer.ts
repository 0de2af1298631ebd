import { PortalUser, type Stage } from '@cardwright/stage';
import { ALICE } from '../portal-options.js';
import type { ExtensionUpdates } from './extension-updates.js';
import { servePackages, type ServedPackages } from './served-packages.js';
import type { UpdateServer } from './update-server.js';

/** A managed computer: a browser with a fresh profile, its policies, and the host installed for the whole computer. */
export abstract class ManagedComputer {
  protected constructor(protected readonly served: ServedPackages) {}

  /** @param make creates the computer from the packages on the administrator's server */
  protected static async start<T extends ManagedComputer>(make: (served: ServedPackages) => T): Promise<T> {
    const computer = make(await servePackages());
    try {
      await computer.start();
      return computer;
    } catch (error) {
      await computer.close();
      throw error;
    }
  }

  get stage(): Stage {
    return this.served.stage;
  }

  get server(): UpdateServer {
    return this.served.server;
  }

  /** Puts another version of the extension on the administrator's server. */
  publish(version: string): Promise<void> {
    return this.served.publish(version);
  }

  abstract get updates(): ExtensionUpdates;

  /** Has the browser find an update of the extension, as it does every few hours. It lets a running extension say when. */
  abstract findUpdate(): Promise<void>;

  /** True if pages that are open during an update reach the extension only after a reload. */
  abstract readonly needsReload: boolean;

  /** Starts the browser, which installs the extension from the server. */
  protected abstract start(): Promise<void>;

  /** Registers the host for the computer or only for the user; null removes the registration. */
  abstract registerHost(scope: 'profile' | 'computer', program?: null): void;

  /** Counts the windows opened since the start: in Chromium the extension's, in Firefox all. */
  abstract windowsOpened(): Promise<number>;

  /** Logs a user in. */
  login(): Promise<PortalUser> {
    return PortalUser.login(this.stage, ALICE);
  }

  /** @returns what was left behind */
  close(): Promise<string[]> {
    return this.served.close();
  }
}
