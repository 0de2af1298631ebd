import { CardwrightError, type DeviceInfo, type OperationAnswer, type StartRequest } from '@cardwright/protocol';
import type { Client } from './client.js';
import type { Cms } from './cms.js';

/** How far an operation is, for whoever shows it. */
export interface OperationStatus {
  readonly phase: OperationAnswer['phase'];
  /** Share that is done, in percent. */
  readonly progress: number;
  /**
   * Whose turn it is: the card's, the user's (a window of the extension is open), the CMS's, or (`waiting`) that of
   * another program which holds the device.
   */
  readonly turn: 'card' | 'user' | 'cms' | 'waiting';
}

export interface OperationOptions {
  readonly cms: Pick<Cms, 'start' | 'results' | 'cancel'>;
  readonly client: Pick<Client, 'call' | 'session'>;
  readonly kind: StartRequest['kind'];
  /** As `device.open` returned it. */
  readonly device: DeviceInfo;
  /** Aborting it cancels the operation at the CMS too. */
  readonly signal?: AbortSignal | undefined;
  readonly onStatus?: (status: OperationStatus) => void;
}

/** Percent that the commands of one step may move the progress, until the CMS says how far it really is. */
const STEP_SHARE = 10;

/**
 * Relays an operation: the CMS says what comes next, the host does it, the CMS gets the results. Started again on the same
 * device it goes on where it was broken off.
 *
 * @returns the CMS's last answer. `done` with an `error` means that the user gave something up without harm: a device
 * whose PIN was not changed is then `pending`.
 * @throws CardwrightError why the operation failed or was interrupted; `CANCELLED` after the CMS was told so
 */
export async function runOperation(options: OperationOptions): Promise<OperationAnswer> {
  const { cms, client, kind, device, signal } = options;
  const { nonce, key } = client.session.session;
  if (signal?.aborted) throw new CardwrightError('CANCELLED');
  // Not to be broken off: only with its answer is there an operation that can be cancelled.
  let answer = await cms.start({ kind, device, host: { nonce, key } });
  try {
    while (answer.step) {
      const { number, jws } = answer.step;
      const { outcomes } = await runStep(options, answer, jws);
      report(options, answer, 'cms', STEP_SHARE);
      answer = await cms.results(answer.operation, { step: number, outcomes }, signal);
    }
  } catch (error) {
    if (signal?.aborted) await cms.cancel(answer.operation);
    throw error;
  }
  if (answer.state === 'done') return answer;
  if (answer.error) throw CardwrightError.fromWire(answer.error);
  if (answer.state === 'cancelled') throw new CardwrightError('CANCELLED');
  throw new CardwrightError('OPERATION_FAILED', { reason: answer.state });
}

function runStep(options: OperationOptions, answer: OperationAnswer, jws: string) {
  report(options, answer, 'card');
  return options.client.call(
    'step.run',
    { jws },
    {
      signal: options.signal,
      onProgress: ({ kind, index = 0, count = 1 }) => {
        const turn = kind === 'command' ? 'card' : kind;
        report(options, answer, turn, (STEP_SHARE * index) / count);
      },
    },
  );
}

function report(
  { onStatus }: OperationOptions,
  answer: OperationAnswer,
  turn: OperationStatus['turn'],
  more = 0,
): void {
  onStatus?.({ phase: answer.phase, progress: Math.min(100, answer.progress + more), turn });
}
