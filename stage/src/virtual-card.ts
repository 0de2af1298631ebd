import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProfileName } from '@cardwright/virtual-card';
import type { VirtualReader } from './reader-configuration.js';
import { inRepository } from './repository.js';
import { TiedProcess } from './tied-process.js';

const PROGRAM = inRepository('virtual-card', 'dist', 'main.js');
/** Paths of the PEM files that a portal must trust to accept virtual YubiKeys. A value for `PortalOptions.vendorCertificates`. */
export const VIRTUAL_VENDOR = ['test-root.pem', 'test-root-58.pem', 'test-intermediates.pem'].map((file) =>
  inRepository('virtual-card', 'attestation-root', file),
);
/**
 * Milliseconds after which pcscd has certainly noticed a removal. pcscd looks for a card every 400 ms. If a card is back sooner, its removal may go
 * unnoticed, and pcscd then does not power the card again. Only another PC/SC client could see when pcscd has looked, so the stage waits for twice
 * the interval.
 */
const UNSEEN_MS = 800;
/** Start of a line about an APDU: the APDU's number since insertion, and INS P1 P2. The status word follows. */
const APDU_LINE = /^\d+ [0-9A-F]{6} /;

export interface VirtualCardOptions {
  readonly reader: VirtualReader;
  /** The card's profile. The virtual card's usage text explains the names. */
  readonly profile: ProfileName;
  /** File with the card's memory, which survives the card's removal. */
  readonly stateFile: string;
  readonly serial?: number;
  /** Further command-line arguments of the virtual card, such as `--locked`, `--contactless`, `--pin-complexity` or `--fault ...`. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Receives a line about each APDU, in the format of `apdus`, once the APDU was answered or is known to stay unanswered. */
  readonly onApdu?: (line: string) => void;
}

/** A card in a reader. */
export interface InsertedCard {
  readonly reader: VirtualReader;
  readonly stateFile: string;
  /** False once the card was pulled, a fault has removed the card, or the reader or the card's process has ended. */
  readonly isInserted: boolean;
  /**
   * A line with number, INS P1 P2 and status word (or `no answer`) for every APDU since the insertion, oldest first. No line contains the data of an
   * APDU.
   */
  readonly apdus: readonly string[];
  /**
   * Resolves when the fault `hold` has come to its APDU, even if this was before the call of `held`. The APDU is held until `release` or the removal.
   */
  held(): Promise<void>;
  /** Lets the card execute and answer the held APDU. Later APDUs are not held. */
  release(): void;
  /**
   * Takes the card out of the reader. Resolves when pcscd has certainly noticed this. With `unseen`, does not wait for
   * this; the caller must then leave the reader empty for a second.
   */
  pull(options?: { readonly unseen?: boolean }): Promise<void>;
}

/**
 * Puts a virtual card, in a process of its own, into a reader.
 *
 * @throws when the card cannot be inserted; the message contains the last lines of its process
 */
export async function insertCard(options: VirtualCardOptions): Promise<InsertedCard> {
  if (!existsSync(PROGRAM)) throw new Error(`The virtual card is not built: ${PROGRAM} is missing.`);
  const { reader, profile, stateFile, serial, args = [], env = process.env } = options;
  const apdus: string[] = [];
  const card = await TiedProcess.start(
    process.execPath,
    [
      PROGRAM,
      ...['--port', String(reader.port), '--profile', profile, '--state', stateFile, '--trace'],
      ...(serial === undefined ? [] : ['--serial', String(serial)]),
      ...args,
    ],
    {
      env,
      onLine: (line) => {
        if (!APDU_LINE.test(line)) return;
        apdus.push(line);
        options.onApdu?.(line);
      },
    },
  );
  try {
    await card.line(/inserted/);
  } catch (error) {
    await card.stop();
    throw error;
  }
  const pull: InsertedCard['pull'] = async ({ unseen = false } = {}) => {
    await card.stop();
    if (!unseen) await delay(UNSEEN_MS);
  };
  const held = async (): Promise<void> => {
    await card.line(/^held$/);
  };
  return {
    reader,
    stateFile,
    get isInserted() {
      return card.isRunning;
    },
    apdus,
    pull,
    held,
    release: () => card.signal('SIGUSR2'),
  };
}
