import { existsSync } from 'node:fs';
import type { VirtualReader } from './reader-configuration.js';
import { inRepository } from './repository.js';
import { TiedProcess } from './tied-process.js';

const PROGRAM = inRepository('virtual-card', 'dist', 'main.js');

export interface VirtualCardOptions {
  readonly reader: VirtualReader;
  /** `yubikey`: firmware 5.7 with Yubico's extensions; `piv`: a plain SP 800-73-4 card. */
  readonly profile: 'yubikey' | 'piv';
  /** The card's memory: it survives being pulled. */
  readonly stateFile: string;
  readonly serial?: number;
  /** Further arguments of the virtual card's command line, faults for instance. */
  readonly args?: readonly string[];
}

/** A card in a reader. */
export interface InsertedCard {
  readonly reader: VirtualReader;
  readonly stateFile: string;
  /** Takes it out of the reader. pcscd sees it within 400 ms. */
  pull(): Promise<void>;
}

/**
 * Puts a virtual card, a process of its own, into a reader.
 *
 * @throws when the card does not get into the reader; the message has its last lines
 */
export async function insertCard(options: VirtualCardOptions): Promise<InsertedCard> {
  if (!existsSync(PROGRAM)) throw new Error(`The virtual card is not built: ${PROGRAM} is missing.`);
  const { reader, profile, stateFile, serial, args = [] } = options;
  const card = await TiedProcess.start(process.execPath, [
    PROGRAM,
    ...['--port', String(reader.port), '--profile', profile, '--state', stateFile],
    ...(serial === undefined ? [] : ['--serial', String(serial)]),
    ...args,
  ]);
  try {
    await card.line(/inserted/);
  } catch (error) {
    await card.stop();
    throw error;
  }
  return { reader, stateFile, pull: () => card.stop() };
}
