import { TiedProcess, inRepository } from '@cardwright/stage';

const PROGRAM = inRepository('tests', 'support', 'workplace', 'hold-card.mjs');

/** `shared`: as card agents of desktops do; `exclusive`: no one else may connect. */
export type HoldMode = 'exclusive' | 'shared';

/** Another program that has a card. */
export interface Hold {
  /** Releases the card; resolves when the program has ended. */
  release(): Promise<void>;
}

export interface HoldOptions {
  /** Default: `exclusive`. */
  readonly mode?: HoldMode;
  /** Called when someone else still has the card, which the program then takes as soon as it is free. */
  readonly onWaiting?: () => void;
}

/**
 * Has another program take the card of a reader.
 *
 * @throws when it does not get it; the message has the program's words
 */
export async function holdCard(
  env: NodeJS.ProcessEnv,
  reader: string,
  { mode = 'exclusive', onWaiting }: HoldOptions = {},
): Promise<Hold> {
  const holder = await TiedProcess.start(process.execPath, [PROGRAM, reader, mode], {
    env,
    onLine: (line) => {
      if (line === 'waiting') onWaiting?.();
    },
  });
  try {
    await holder.line(/^holding/);
  } catch (error) {
    await holder.stop();
    throw error;
  }
  return { release: () => holder.stop() };
}
