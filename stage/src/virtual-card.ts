import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProfileName } from '@cardwright/virtual-card';
import type { VirtualReader } from './reader-configuration.js';
import { inRepository } from './repository.js';
import { TiedProcess } from './tied-process.js';

const PROGRAM = inRepository('virtual-card', 'dist', 'main.js');
/** What a portal has to trust so that virtual YubiKeys can prove themselves to it: PEM files, for `vendorCertificates`. */
export const VIRTUAL_VENDOR = ['test-root.pem', 'test-root-58.pem', 'test-intermediates.pem'].map((file) =>
  inRepository('virtual-card', 'attestation-root', file),
);
/**
 * pcscd looks every 400 ms whether a card is there, and takes one that came back meanwhile for the same, which it does not
 * power again. Nothing but another PC/SC client could tell when it has looked, so this is time: twice its interval.
 */
const UNSEEN_MS = 800;
/** Number since insertion, INS P1 P2, status word. */
const APDU_LINE = /^\d+ [0-9A-F]{6} /;

export interface VirtualCardOptions {
  readonly reader: VirtualReader;
  /** Which card it is; the virtual card's own usage tells what each name means. */
  readonly profile: ProfileName;
  /** The card's memory: it survives being pulled. */
  readonly stateFile: string;
  readonly serial?: number;
  /** Further arguments of the virtual card's command line: `--locked`, `--contactless`, `--pin-complexity`, `--fault ...`. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Gets each APDU, as `apdus` has it, when the card has answered it or never will. */
  readonly onApdu?: (line: string) => void;
}

/** A card in a reader. */
export interface InsertedCard {
  readonly reader: VirtualReader;
  readonly stateFile: string;
  /** Header and status word of every APDU that it saw since it was inserted, oldest first; never their data. */
  readonly apdus: readonly string[];
  /** Resolves when the fault `hold` holds an APDU: it is under way until `release`. */
  held(): Promise<void>;
  /** Has it carry out and answer the APDU that it holds; it holds none from now on. */
  release(): void;
  /** Takes it out of the reader; resolves when pcscd must have seen that. `unseen` leaves that out: the reader rests then for a second. */
  pull(options?: { readonly unseen?: boolean }): Promise<void>;
}

/**
 * Puts a virtual card, a process of its own, into a reader.
 *
 * @throws when the card does not get into the reader; the message has its last lines
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
  return { reader, stateFile, apdus, pull, held, release: () => card.signal('SIGUSR2') };
}
