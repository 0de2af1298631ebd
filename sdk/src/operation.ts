import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { OperationAnswer, StartRequest } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { sessionIdOf, type Progress } from '@cardwright/protocol/messages';
import type { Client } from './client.js';
import type { CmsClient } from './cms-client.js';
import { passkeyOrderOf, type PasskeyOrder } from './passkey-order.js';
import { sendUntilAnswered, type Absence, type Timing } from './redelivery.js';

/** Progress of an operation, to show on a page. */
export interface OperationProgress {
  /** Phase in the CMS's last answer; null before the first answer. */
  readonly phase: OperationAnswer['phase'] | null;
  /** Completed share of the operation, in percent. */
  readonly progress: number;
  /**
   * State of the device in the CMS's last answer. Null before the first answer, and while the CMS has no record of the device. The CMS makes
   * this record before the operation writes anything to the device.
   */
  readonly deviceState: OperationAnswer['deviceState'];
  /**
   * The party that acts now. At `card`, the host runs a step with the card. At `cms`, the page waits for the CMS. At `user`, the user acts in
   * a window of the extension. At `waiting`, another program holds the device. At `touch`, the user must touch the device, and at `reinsert`,
   * take the device out and insert it again.
   */
  readonly turn: 'card' | 'user' | 'cms' | 'waiting' | 'touch' | 'reinsert';
  /** Set at `touch` if the device waits for a long touch, of about ten seconds. */
  readonly isLong?: true;
  /**
   * Method of the step's running command; undefined if the host reports no command. The method tells what the user is asked for, or which
   * command is waiting.
   */
  readonly method?: string | undefined;
  /** The passkey that the running step creates; undefined if the step creates no passkey. */
  readonly passkey?: PasskeyOrder | undefined;
  /**
   * Set if the user has answered a question of the running step, and the card is now executing the command for which the user was asked, or
   * a later command.
   */
  readonly hasAnswered?: boolean;
  /**
   * The reason why a request to the CMS is being repeated: the CMS, or a service behind it, is not available. Undefined if no request is
   * being repeated.
   */
  readonly absence?: Absence;
}

/** What an operation is about, beyond its kind and its device. */
export interface OperationAbout {
  /** Subject on the device, for an operation that needs one: the id of the passkey that `remove-passkey` removes. */
  readonly subject?: string | undefined;
  /** Id of the work that an operator asked for, if the user starts the operation because of it. The CMS refuses it once it no longer waits. */
  readonly work?: string | undefined;
}

export interface OperationOptions extends OperationAbout {
  readonly cms: Pick<CmsClient, 'start' | 'results' | 'cancel'>;
  readonly client: Pick<Client, 'call' | 'session'>;
  /** Kind of the operation, for example `issue`. */
  readonly kind: StartRequest['kind'];
  /** The device, as `device.open` returned it. */
  readonly device: DeviceInfo;
  /** An operator's one-time code, if the CMS asked for a code (`CODE_NEEDED`). */
  readonly code?: string | undefined;
  /** When this signal is aborted, the relay ends, and the operation is cancelled at the CMS, too. */
  readonly signal?: AbortSignal | undefined;
  readonly onStatus?: (status: OperationProgress) => void;
  /** Clock and pauses for repeated requests. Default: the real clock and pauses. */
  readonly timing?: Timing;
}

/** Percentage points by which all commands of one step together advance the shown progress before the CMS reports the real value. */
const STEP_SHARE = 10;
/** Progress to report before the CMS's first answer. */
export const NOT_STARTED = { phase: null, progress: 0, deviceState: null } as const;

/**
 * Relays an operation between CMS and host: the CMS sends the next step, the host runs it, and the CMS receives the results. If the function
 * is called again for the same device, an interrupted operation continues where it stopped.
 *
 * @returns the CMS's last answer, with the state `done`. If this answer also has an `error`, the user declined something and no harm was
 * done. For example, a device whose PIN the user did not change is then `pending`.
 * @throws CardwrightError the reason why the operation failed or was interrupted, for example `CMS_UNREACHABLE` if the CMS was away for
 * half a minute; `CANCELLED` if the operation was cancelled at the CMS, or by the signal (the CMS is then told before the error is thrown,
 * if the CMS can be reached); `OPERATION_FAILED` if the CMS gives no reason
 * @example
 * const client = await connect();
 * const { device } = await client.call('device.open', { device: chosen });
 * const { state } = await runOperation({ client, cms: new CmsClient('/api'), device, kind: 'issue' });
 */
export function runOperation(options: OperationOptions): Promise<OperationAnswer> {
  return relay({ ...options, onStatus: neverBackwards(options.onStatus) });
}

async function relay(options: OperationOptions): Promise<OperationAnswer> {
  const { cms, client, kind, device, code, subject, work, signal, timing } = options;
  const { key } = client.session.session;
  if (signal?.aborted) throw new CardwrightError('CANCELLED');
  let answer = await sendUntilAnswered(
    // This request is not abortable: only its answer names the operation, and only a named operation can be cancelled.
    () =>
      cms.start({
        kind,
        device,
        host: { key },
        ...(code === undefined ? {} : { code }),
        ...(subject === undefined ? {} : { subject }),
        ...(work === undefined ? {} : { work }),
      }),
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
  // The end of an operation may have changed the device's state, so this state is reported. A `running` operation has not ended: it is only
  // interrupted.
  if (answer.state !== 'running') report(options, answer, { turn: 'cms' });
  if (answer.error) throw CardwrightError.fromWire(answer.error);
  if (answer.state === 'cancelled') throw new CardwrightError('CANCELLED');
  throw new CardwrightError('OPERATION_FAILED', { reason: answer.state });
}

/**
 * Returns a function that reports the progress, but never less progress than before. The commands of a step may have advanced the progress
 * beyond the value with which the next step begins, and a CMS may repeat steps, for example for each of several passkeys.
 */
function neverBackwards(onStatus: OperationOptions['onStatus']): NonNullable<OperationOptions['onStatus']> {
  let reached = 0;
  return (status) => {
    reached = Math.max(reached, status.progress);
    onStatus?.({ ...status, progress: reached });
  };
}

/** Lets the host run a step, sends the results to the CMS, and returns the CMS's answer. */
async function relayStep(
  options: OperationOptions,
  answer: OperationAnswer,
  { number, jws }: NonNullable<OperationAnswer['step']>,
): Promise<OperationAnswer> {
  const { client, cms, signal, timing } = options;
  const passkey = passkeyOrderOf(jws);
  report(options, answer, { turn: 'card', passkey });
  let wasAsked = false;
  const onProgress = ({ kind, method, isLong = false, index = 0, count = 1 }: Progress): void => {
    wasAsked ||= kind === 'user';
    const turn = kind === 'command' ? 'card' : kind;
    const answered = wasAsked && turn === 'card' ? { hasAnswered: true } : {};
    const touch = isLong ? { isLong: true as const } : {};
    report(options, answer, { turn, method, passkey, ...touch, ...answered }, (STEP_SHARE * index) / count);
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

/**
 * Cancels the operation at the CMS. If the CMS cannot be reached, the operation stays open there, and the user can continue it another
 * time.
 */
async function cancel(cms: OperationOptions['cms'], operation: string, session: string): Promise<void> {
  try {
    await cms.cancel(operation, session);
  } catch (error) {
    // Another session, for example in another tab, continues the operation, so there is nothing to cancel.
    if (isCardwrightError(error, 'OPERATION_MOVED')) return;
    console.warn('Cardwright: the CMS could not be told that the operation was cancelled', error);
  }
}

function report(
  { onStatus }: OperationOptions,
  { phase, progress, deviceState }: Pick<OperationProgress, 'phase' | 'progress' | 'deviceState'>,
  status: Pick<OperationProgress, 'turn' | 'method' | 'passkey' | 'hasAnswered' | 'absence'>,
  more = 0,
): void {
  onStatus?.({ phase, deviceState, progress: Math.min(100, progress + more), ...status });
}
