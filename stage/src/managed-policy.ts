import { mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';

/** Chromium's folder of policies. */
export const POLICIES = '/etc/chromium/policies';
/**
 * The modification time of every policy file. Chromium waits 5 s after a file's time has changed, because an editor may still be writing
 * (AsyncPolicyLoader). A file of the stage is complete when it appears and always has the same time, so Chromium reads it at once.
 */
const ALWAYS_THE_SAME_TIME = new Date('2020-01-01T00:00:00Z');

/** An administrator's policies for the browser and the extension. */
export interface StagePolicy {
  /** `storage.managed` of the extension, as described in extension/policy-schema.json. */
  readonly extension?: Readonly<Record<string, unknown>>;
  /** Chromium's own policies, such as `NativeMessagingBlocklist`. */
  readonly browser?: Readonly<Record<string, unknown>>;
}

/** The managed policy of one Chromium. The machine's policy is neither read nor changed. */
export class ManagedPolicy {
  readonly #folder: string;
  readonly #extensionId: string;
  #content = '';

  /** @param computer the folder that stands for `/` (`BrowserFolders.computer`) */
  constructor(computer: string, extensionId = CHROMIUM_EXTENSION_ID) {
    this.#folder = path.join(computer, POLICIES);
    this.#extensionId = extensionId;
    mkdirSync(path.join(this.#folder, 'managed'), { recursive: true });
    this.set({});
  }

  /** Replaces the policy. A running Chromium notices this by itself. Returns false if the policy is the same as before. */
  set({ extension = {}, browser = {} }: StagePolicy): boolean {
    const content = JSON.stringify({ ...browser, '3rdparty': { extensions: { [this.#extensionId]: extension } } });
    if (content === this.#content) return false;
    this.#content = content;
    const file = path.join(this.#folder, 'managed', 'stage.json');
    const next = path.join(this.#folder, 'next.json');
    writeFileSync(next, content);
    utimesSync(next, ALWAYS_THE_SAME_TIME, ALWAYS_THE_SAME_TIME);
    renameSync(next, file);
    return true;
  }
}
