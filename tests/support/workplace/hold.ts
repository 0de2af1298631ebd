import { TiedProcess, inRepository } from '@cardwright/stage';

const PROGRAM = inRepository('tests', 'support', 'workplace', 'hold-card.mjs');

/** `shared`: as card agents of desktops do; `exclusive`: no one else may connect. */
export type HoldMode = 'exclusive' | 'shared';

/** Another program that has a card. */
export interface Hold {
  /** Releases the card; resolves when the program has ended. */
  release(): Promise<void>;
}

/**
 * Has another program take the card of a reader.
 *
 * @throws when it does not get it; the message has the program's words
 */
export async function holdCard(env: NodeJS.ProcessEnv, reader: string, mode: HoldMode): Promise<Hold> {
  const holder = await TiedProcess.start(process.execPath, [PROGRAM, reader, mode], { env });
  try {
    await holder.line(/^holding/);
  } catch (error) {
    await holder.stop();
    throw error;
  }
  return { release: () => holder.stop() };
}
