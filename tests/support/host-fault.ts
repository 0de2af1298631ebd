import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { UserParams } from '@cardwright/protocol';
import type { SealContext } from '@cardwright/protocol/sealing';
import { inRepository, type StageBrowser } from '@cardwright/stage';

/**
 * A fault of a host:
 * - `missing`: it is not registered; `gone`: its manifest leads to no program; `forbidden`: its manifest admits another extension;
 * - `crash`: it ends at once; `crash-answered`: right after its answer to `initialize`; `crash-later`: a while after, during no request;
 * - `junk`: it writes bytes that are no frame; `silent`: it never answers;
 * - `older`, `newer`: it speaks another major version of the protocol; `untrue`: its results violate the command table;
 * - `no-reader`: it sees no reader.
 */
export type HostFault =
  | 'missing'
  | 'gone'
  | 'forbidden'
  | 'crash'
  | 'crash-answered'
  | 'crash-later'
  | 'junk'
  | 'silent'
  | 'older'
  | 'newer'
  | 'untrue'
  | 'no-reader';

/** Deviations of a faulty host when it has the browser create a passkey. */
export interface PasskeyOrders {
  /** Parameters that differ from the step. */
  readonly asks?: Partial<UserParams<'user.createPasskey'>>;
  /** The PIN that its window shows. */
  readonly temporaryPin?: string;
  /** Deviations of the context to which the PIN is sealed. */
  readonly sealedFor?: Partial<SealContext>;
  /** Set when it asks twice at once. */
  readonly twice?: boolean;
}

const PROGRAM = inRepository('tests', 'support', 'fake-host.mjs');
const SOME_OTHER_EXTENSION = `chrome-extension://${'a'.repeat(32)}/`;

/** Registers fake-host.mjs, a host without a card, in place of ours, with or without a fault. */
export class FakeHost {
  /** The host bundled into one file, because a browser starts it often and loading modules takes most of the time. */
  readonly #program: string;

  /** @param folder for its log and its orders */
  constructor(private readonly folder: string) {
    this.#program = path.join(folder, 'fake-host.mjs');
    buildSync({ entryPoints: [PROGRAM], outfile: this.#program, bundle: true, platform: 'node', format: 'esm' });
  }

  /** Its environment. */
  get #env(): Record<string, string> {
    return {
      CARDWRIGHT_FAKE_HOST_LOG: this.log,
      CARDWRIGHT_FAKE_HOST_FAULT: this.#orders,
      CARDWRIGHT_FAKE_HOST_PASSKEYS: this.#passkeys,
    };
  }

  /** Sets its deviations from the next passkey on. */
  orderPasskeys(orders: PasskeyOrders): void {
    writeFileSync(this.#passkeys, JSON.stringify(orders));
  }

  /** The file in which it records what it received, as JSON lines. */
  get log(): string {
    return path.join(this.folder, 'host.log');
  }

  /** Makes the browser start this host from now on, with a fault or without. */
  register(browser: StageBrowser, fault?: HostFault): void {
    writeFileSync(this.#orders, fault ?? '');
    browser.registerHost(fault === 'missing' ? null : this.#program, {
      env: this.#env,
      ...(fault === 'forbidden' ? { allowedOrigins: [SOME_OTHER_EXTENSION] } : {}),
      ...(fault === 'gone' ? { path: path.join(this.folder, 'gone') } : {}),
    });
  }

  get #passkeys(): string {
    return path.join(this.folder, 'host-passkeys');
  }

  get #orders(): string {
    return path.join(this.folder, 'host-fault');
  }
}
