import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProfileName } from '@cardwright/virtual-card';
import type { VirtualReader } from './reader-configuration.js';
import { inRepository } from './repository.js';
import { TiedProcess } from './tied-process.js';

const PROGRAM = inRepository('virtual-card', 'dist', 'main.js');
/** PEM files that a portal must trust to accept virtual YubiKeys, for `vendorCertificates`. */
export const VIRTUAL_VENDOR = ['test-root.pem', 'test-root-58.pem', 'test-intermediates.pem'].map((file) =>
  inRepository('virtual-card', 'attestation-root', file),
);
/**
 * pcscd looks for a card every 400 ms. It does not notice that a card was away for less, and does not power it again. Only another PC/SC
 * client could see when pcscd has looked, so this is a time: twice its interval.
 */
const UNSEEN_MS = 800;
/** Number since insertion, INS P1 P2, status word. */
const APDU_LINE = /^\d+ [0-9A-F]{6} /;

export interface VirtualCardOptions {
  readonly reader: VirtualReader;
  /** The card's profile. The virtual card's usage text explains the names. */
  readonly profile: ProfileName;
  /** The card's memory, which survives its removal. */
  readonly stateFile: string;
  readonly serial?: number;
  /** Further arguments of the virtual card's command line: `--locked`, `--contactless`, `--pin-complexity`, `--fault ...`. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Receives each APDU, in the format of `apdus`, once it was answered or never will be. */
  readonly onApdu?: (line: string) => void;
}

/** A card in a reader. */
export interface InsertedCard {
  readonly reader: VirtualReader;
  readonly stateFile: string;
  /** False once it was pulled, has removed itself by a fault, or its reader or its process has ended. */
  readonly isInserted: boolean;
  /** Header and status word of every APDU since its insertion, oldest first. Never their data. */
  readonly apdus: readonly string[];
  /** Resolves when the fault `hold` holds an APDU, until `release`. */
  held(): Promise<void>;
  /** Executes and answers the held APDU. No APDU is held afterwards. */
  release(): void;
  /**
   * Takes it out of the reader. Resolves when pcscd must have noticed that. With `unseen`, does not wait for this; the reader then rests
   * for a second.
   */
  pull(options?: { readonly unseen?: boolean }): Promise<void>;
}

/**
 * Puts a virtual card, in a process of its own, into a reader.
 *
 * @throws when the card does not get into the reader; the message contains its last lines
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
