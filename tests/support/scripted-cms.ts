import { createHash } from 'node:crypto';
import type {
  CommandOutcome,
  DeviceUse,
  Eligibility,
  OperationAnswer,
  PublicJwk,
  StartRequest,
  WireError,
} from '@cardwright/protocol';
import {
  CardwrightError,
  cancelRequest,
  eligibilityRequest,
  resultsRequest,
  startRequest,
  validate,
} from '@cardwright/protocol';
import type { Stream } from './page-stage.js';
import { playOf, type Stage } from './scripted-stages.js';

const FINISHED = { phase: 'finished', text: 'Finished', progress: 100, deviceState: null } as const;
const OPERATION = 'operation-1';

/** Where an operation is, so that another session can continue it. */
interface Position {
  readonly kind: string;
  readonly serial: string | null;
  readonly stage: Stage;
}

/** Plays a CMS by the HTTP contract of the protocol, and keeps what it was asked. */
export class ScriptedCms {
  readonly calls: string[] = [];
  /** Of the operations that were started. */
  readonly kinds: string[] = [];
  /** Answers requests for events. */
  readonly stream: Stream = () => false;
  /** Whether it comes to no verdict about devices. */
  isThinking = false;
  /** Why a device cannot be issued, by its id. */
  readonly refused = new Map<string, string>();
  /** Ends the operation with this error when the results of the phase come. */
  failure: { readonly phase: string; readonly error: WireError } | null = null;
  /** Ends every call with it. */
  outage: CardwrightError | null = null;
  /** Whether it wants a fresh proof of who its user is. */
  wantsProof = false;
  /** The one-time code that an operation takes; null where it takes none. */
  code: string | null = null;
  /** Codes that came with a start; null where there was none. */
  readonly codes: (string | null)[] = [];
  /** Wrong codes that are still taken; null where none is good. */
  codeTries: number | null = 5;
  /** What may be done with a device, by its id; all others may be issued. */
  readonly verdicts = new Map<string, Omit<Eligibility, 'device'>>();
  /** Whether a device that is to be erased is written over, because it cannot reset itself. */
  writesOver = false;
  /** Whether a PIN window that was closed ends the operation, so that its user waits for an operator. */
  givesPinUp = false;
  deviceState: string | null = null;
  /** What a device becomes, where that is not what it usually does. */
  finalState: 'awaiting-approval' | null = null;
  /** Stages between the certificates and the PIN: those of passkeys. */
  passkeyStages: readonly Stage[] = [];
  /** Whether the device gets passkeys alone. */
  hasPasskeysAlone = false;
  /** What a device is good for that it issued. */
  uses: readonly DeviceUse[] = ['sign-in', 'sign', 'decrypt'];
  /** As it was answered last. */
  state: OperationAnswer['state'] | null = null;
  /** Id of the session that works on the operation. */
  session: string | undefined;

  /** Where the operation that was started last is. */
  #position: Position | undefined;
  /** Number of the step that went out last: it counts up over all sessions. */
  #number = 0;
  /** What to subtract from the number of this session's steps, for their stages' indexes. */
  #offset = 0;
  /** Number of the last step of earlier sessions. */
  #earlier = 0;

  readonly #away: { readonly call: string; readonly error: CardwrightError }[] = [];

  /** Answers the next calls whose path ends so with these errors, one each; what it would have answered is lost. */
  goAway(call: 'operations' | 'results', ...errors: readonly CardwrightError[]): void {
    this.#away.push(...errors.map((error) => ({ call, error })));
  }

  /** Answers `POST path`, at once or later; throws what goes out as an error. */
  answer(path: string, body: unknown): object {
    this.calls.push(path);
    if (this.outage) throw this.outage;
    if (this.isThinking && path === 'devices/eligibility') return new Promise(() => undefined);
    const answer = this.#answer(path, body);
    const index = this.#away.findIndex(({ call }) => path.endsWith(call));
    const [absence] = index < 0 ? [] : this.#away.splice(index, 1);
    if (absence) throw absence.error;
    return answer;
  }

  #answer(path: string, body: unknown): object {
    if (path === 'devices/eligibility') return { devices: this.#judge(body) };
    if (path === 'operations') return this.#start(validate(startRequest, body));
    if (path === `operations/${OPERATION}/results`) return this.#advance(validate(resultsRequest, body));
    if (path === `operations/${OPERATION}/cancel`) return this.#cancel(validate(cancelRequest, body).session);
    throw new CardwrightError('METHOD_NOT_FOUND');
  }

  #judge(body: unknown): Eligibility[] {
    const { kind, devices } = validate(eligibilityRequest, body);
    return devices.map(({ id, serial }) => {
      const verdict = this.verdicts.get(id);
      if (verdict) return { device: id, ...verdict };
      const reason = this.refused.get(id) ?? null;
      const isHalfIssued = kind === 'issue' && (this.#unfinished(kind, serial)?.deviceState ?? null) !== null;
      if (this.deviceState !== 'pending' && !isHalfIssued)
        return { device: id, action: reason === null ? 'start' : null, reason };
      return { device: id, action: this.givesPinUp ? null : 'continue', reason: 'Setup was interrupted.' };
    });
  }

  #cancel(session: string | undefined): object {
    if (session !== this.session) throw new CardwrightError('OPERATION_MOVED');
    return this.#end('cancelled', null);
  }

  /** The stage at which an operation rests; undefined where none of this kind is under way on the device. */
  #unfinished(kind: string, serial: string | null): Stage | undefined {
    const position = this.state === 'running' ? this.#position : undefined;
    return serial !== null && position?.serial === serial && position.kind === kind ? position.stage : undefined;
  }

  #start({ kind, device, host, code }: StartRequest): object {
    if (this.wantsProof) throw new CardwrightError('LOGIN_REQUIRED', { fresh: true });
    this.codes.push(code ?? null);
    if (this.code !== null && code === undefined) throw new CardwrightError('CODE_NEEDED');
    if (this.code !== null && code !== this.code) {
      if (this.codeTries !== null) this.codeTries -= 1;
      throw new CardwrightError('CODE_INCORRECT', { retriesLeft: this.codeTries });
    }
    const { serial } = device;
    const rest = this.#unfinished(kind, serial);
    this.kinds.push(kind);
    this.session = thumbprint(host.key);
    const rested = rest ? this.#stages.indexOf(rest) : 0;
    const first = this.deviceState === 'pending' ? this.#stages.length - 1 : rested;
    this.#earlier = this.#number;
    this.#offset = this.#number + 1 - first;
    const isErased = first === 0 && this.verdicts.get(device.id)?.action === 'erase' && !this.writesOver;
    return this.#stage(first, serial, isErased ? 'reset' : undefined);
  }

  #advance({ step, outcomes }: { readonly step: number; readonly outcomes: readonly CommandOutcome[] }): object {
    if (step <= this.#earlier) throw new CardwrightError('OPERATION_MOVED');
    const index = step - this.#offset;
    const stage = this.#stages[index];
    if (this.failure && stage?.phase === this.failure.phase) {
      const { error } = this.failure;
      this.failure = null;
      const { code, resumable } = CardwrightError.fromWire(error);
      if (resumable || code === 'APPROVAL_NEEDED') return this.#end('running', error);
      // As the engine does with a device on which something was begun.
      if (this.deviceState !== null) this.deviceState = 'failed';
      return this.#end('failed', error);
    }
    const [outcome] = outcomes;
    if (outcome && 'error' in outcome) return this.#judgeError(outcome.error, stage);
    if (index + 1 < this.#stages.length) return this.#stage(index + 1);
    this.deviceState = this.finalState ?? playOf(this.#kind).becomes;
    return this.#end('done', null);
  }

  /** A window that was closed at the PIN leaves a pending device; one that could not open, or a card that went, only interrupts. */
  #judgeError(error: WireError, stage: Stage | undefined): object {
    const wasClosed = ['USER_CANCELLED', 'USER_TIMEOUT'].includes(error.data.name);
    if (this.#kind !== 'issue') {
      this.deviceState = stage?.deviceState ?? null;
      return this.#end(CardwrightError.fromWire(error).resumable ? 'running' : 'cancelled', error);
    }
    if (!wasClosed) return this.#end('running', error);
    if (stage?.phase !== 'pin') return this.#end('failed', error);
    this.deviceState = 'pending';
    return this.#end(this.givesPinUp ? 'done' : 'running', error);
  }

  get #kind(): string {
    return this.kinds.at(-1) ?? '';
  }

  get #stages(): readonly Stage[] {
    const { stages } = playOf(this.#kind);
    if (this.hasPasskeysAlone) return this.passkeyStages;
    return this.#kind === 'issue' ? [...stages.slice(0, -1), ...this.passkeyStages, ...stages.slice(-1)] : stages;
  }

  /** @param command what the step asks of the user, or `step` for nothing */
  #stage(index: number, serial = this.#position?.serial ?? null, command?: string): OperationAnswer {
    const stage = this.#stages[index];
    if (!stage) throw new Error(`the operation has no stage ${index}`);
    const { phase: name, text, progress, deviceState, commands, asks = 'step' } = stage;
    this.state = 'running';
    this.#position = { kind: this.#kind, serial, stage };
    this.#number = index + this.#offset;
    const content = commands ? Buffer.from(JSON.stringify({ commands })).toString('base64url') : (command ?? asks);
    const step = { number: this.#number, jws: `${name}.${content}.signature` };
    const phase = { name, text };
    return { operation: OPERATION, state: 'running', phase, progress, step, error: null, deviceState };
  }

  #end(state: OperationAnswer['state'], error: WireError | null): OperationAnswer {
    const { deviceState } = this;
    this.state = state;
    const { phase: name, text, progress } = FINISHED;
    const answer = { operation: OPERATION, state, phase: { name, text }, progress, step: null, error, deviceState };
    return state === 'done' ? { ...answer, uses: this.hasPasskeysAlone ? [] : [...this.uses] } : answer;
  }
}

/** The id of a session by its key: RFC 7638, 3, written here once more so that it judges the protocol's own. */
const thumbprint = ({ crv, kty, x, y }: PublicJwk): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
