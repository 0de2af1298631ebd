import {
  CardwrightError,
  isCardwrightError,
  sessionIdOf,
  type DeviceInfo,
  type OperationAnswer,
  type Progress,
  type StartRequest,
} from '@cardwright/protocol';
import type { Client } from './client.js';
import type { Cms } from './cms.js';
import { passkeyOrderOf, type PasskeyOrder } from './passkey-order.js';
import { sendUntilAnswered, type Absence, type Timing } from './redelivery.js';

/** How far an operation is, for a page to show. */
export interface OperationStatus {
  /** Of the CMS's last answer; null before the first. */
  readonly phase: OperationAnswer['phase'] | null;
  /** Share that is done, in percent. */
  readonly progress: number;
  /** Of the CMS's last answer: null while it has no row for the device, and so has put nothing on it. */
  readonly deviceState: OperationAnswer['deviceState'];
  /**
   * Whose turn it is: the card's, the user's (a window of the extension is open), the CMS's, or (`waiting`) that of
   * another program which holds the device. `touch` and `reinsert`: the user's, who must touch the device, or insert it again.
   */
  readonly turn: 'card' | 'user' | 'cms' | 'waiting' | 'touch' | 'reinsert';
  /** The command of the step that runs, where the host tells: what the user is asked for, or what waits. */
  readonly method?: string | undefined;
  /** The passkey that the step creates. */
  readonly passkey?: PasskeyOrder | undefined;
  /** Whether the user has answered what the step asked. Then the card does what was asked, or what comes next. */
  readonly hasAnswered?: boolean;
  /** Whether something that the CMS did not answer is being sent again. */
  readonly absence?: Absence;
}

export interface OperationOptions {
  readonly cms: Pick<Cms, 'start' | 'results' | 'cancel'>;
  readonly client: Pick<Client, 'call' | 'session'>;
  /** What the CMS calls the operation, for example `issue`. */
  readonly kind: StartRequest['kind'];
  /** As `device.open` returned it. */
  readonly device: DeviceInfo;
  /** The one-time code of an operator, where the CMS asked for one (`CODE_NEEDED`). */
  readonly code?: string | undefined;
  /** Aborting it cancels the operation at the CMS too. */
  readonly signal?: AbortSignal | undefined;
  readonly onStatus?: (status: OperationStatus) => void;
  /** The time that decides when to send again what the CMS did not answer; the real one by default. */
  readonly timing?: Timing;
}

/** Percent by which the commands of one step may move the progress, until the CMS says how far it really is. */
const STEP_SHARE = 10;
/** How far an operation is before the CMS has answered. */
export const NOT_STARTED = { phase: null, progress: 0, deviceState: null } as const;

/**
 * Relays an operation: the CMS says what comes next, the host does it, the CMS gets the results. Started again on the same
 * device, it continues where it was interrupted.
 *
 * @returns the CMS's last answer. `done` with an `error` means that the user gave something up without harm: a device
 * whose PIN was not changed is then `pending`.
 * @throws CardwrightError why the operation failed or was interrupted, also that the CMS was away for half a minute;
 * `CANCELLED` after the CMS was told so
 */
export async function runOperation(options: OperationOptions): Promise<OperationAnswer> {
  const { cms, client, kind, device, code, signal, timing } = options;
  const { key } = client.session.session;
  if (signal?.aborted) throw new CardwrightError('CANCELLED');
  let answer = await sendUntilAnswered(
    // Not abortable: only its answer names the operation that can be cancelled.
    () => cms.start({ kind, device, host: { key }, ...(code === undefined ? {} : { code }) }),
    (absence) => report(options, NOT_STARTED, { turn: 'cms', absence }),
    signal,
    timing,
  );
  try {
    while (answer.step) answer = await relayStep(options, answer, answer.step);
  } catch (error) {
    if (signal?.aborted) await cancel(cms, answer.operation, await sessionIdOf(key));
    throw error;
  }
  if (answer.state === 'done') return answer;
  // What became of the device, where the operation does not rest: it may have ended with it.
  if (answer.state !== 'running') report(options, answer, { turn: 'cms' });
  if (answer.error) throw CardwrightError.fromWire(answer.error);
  if (answer.state === 'cancelled') throw new CardwrightError('CANCELLED');
  throw new CardwrightError('OPERATION_FAILED', { reason: answer.state });
}

/** Has the host run a step, and the CMS answer its results. */
async function relayStep(
  options: OperationOptions,
  answer: OperationAnswer,
  { number, jws }: NonNullable<OperationAnswer['step']>,
): Promise<OperationAnswer> {
  const { client, cms, signal, timing } = options;
  const passkey = passkeyOrderOf(jws);
  report(options, answer, { turn: 'card', passkey });
  let wasAsked = false;
  const onProgress = ({ kind, method, index = 0, count = 1 }: Progress): void => {
    wasAsked ||= kind === 'user';
    const turn = kind === 'command' ? 'card' : kind;
    const answered = wasAsked && turn === 'card' ? { hasAnswered: true } : {};
    report(options, answer, { turn, method, passkey, ...answered }, (STEP_SHARE * index) / count);
  };
  const { outcomes } = await client.call('step.run', { jws }, { signal, onProgress });
  report(options, answer, { turn: 'cms', passkey }, STEP_SHARE);
  return sendUntilAnswered(
    () => cms.results(answer.operation, { step: number, outcomes }, signal),
    (absence) => report(options, answer, { turn: 'cms', passkey, absence }, STEP_SHARE),
    signal,
    timing,
  );
}

/** Where the CMS cannot be told, the operation stays under way there: the user can go on with it another time. */
async function cancel(cms: OperationOptions['cms'], operation: string, session: string): Promise<void> {
  try {
    await cms.cancel(operation, session);
  } catch (error) {
    // Another tab continues it.
    if (isCardwrightError(error, 'OPERATION_MOVED')) return;
    console.warn('Cardwright: the CMS could not be told that the operation was cancelled', error);
  }
}

function report(
  { onStatus }: OperationOptions,
  { phase, progress, deviceState }: Pick<OperationStatus, 'phase' | 'progress' | 'deviceState'>,
  status: Pick<OperationStatus, 'turn' | 'method' | 'passkey' | 'hasAnswered' | 'absence'>,
  more = 0,
): void {
  onStatus?.({ phase, deviceState, progress: Math.min(100, progress + more), ...status });
}
