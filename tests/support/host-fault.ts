import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { UserParams } from '@cardwright/protocol';
import type { SealContext } from '@cardwright/protocol/sealing';
import { inRepository, type StageBrowser } from '@cardwright/stage';
import { madeOnceSync } from './made-once.js';

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

function bundled(): Buffer {
  const options = { bundle: true, platform: 'node', format: 'esm', write: false } as const;
  const { outputFiles } = buildSync({ ...options, entryPoints: [PROGRAM] });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}

/** Registers fake-host.mjs, a host without a card, in place of ours, with or without a fault. */
export class FakeHost {
  /** @param folder for its program, its log and its orders */
  constructor(private readonly folder: string) {}

  /** The host bundled into one file, because a browser starts it often and loading modules takes most of the time. */
  get #program(): string {
    const program = path.join(this.folder, 'fake-host.mjs');
    if (!existsSync(program)) writeFileSync(program, madeOnceSync('fake-host.mjs', bundled));
    return program;
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
