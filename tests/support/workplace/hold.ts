import { TiedProcess, inRepository } from '@cardwright/stage';

const PROGRAM = inRepository('tests', 'support', 'workplace', 'hold-card.mjs');

/** `shared`: like card agents of desktops; `exclusive`: nobody else may connect. */
export type HoldMode = 'exclusive' | 'shared';

/** Another program that has a card. */
export interface Hold {
  /** Releases the card; resolves when the program has ended. */
  release(): Promise<void>;
}

export interface HoldOptions {
  /** Default: `exclusive`. */
  readonly mode?: HoldMode;
  /** Called if the card is still in use; the program then takes it as soon as it is free. */
  readonly onWaiting?: () => void;
}

/**
 * Makes another program take the card in a reader.
 *
 * @throws if it does not get the card; the message has the program's output
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
