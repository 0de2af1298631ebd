import type { DeviceUse, Eligibility, OperationAnswer, StartRequest } from '@cardwright/protocol/cms';
import type { WireError } from '@cardwright/protocol/messages';
import type { PublicJwk } from '@cardwright/protocol/schemas';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { CardwrightError, encodeBytes, validate } from '@cardwright/protocol';
import { cancelRequest, eligibilityRequest, resultsRequest, startRequest } from '@cardwright/protocol/cms';
import type { Stream } from './page-stage.js';
import { playOf, type Stage } from './scripted-stages.js';

const FINISHED = { phase: 'finished', text: 'Finished', progress: 100, deviceState: null } as const;
const OPERATION = 'operation-1';

/** The position of an operation, from which another session can continue. */
interface Position {
  readonly kind: string;
  readonly serial: string | null;
  readonly stage: Stage;
}

/** Plays a CMS by the protocol's HTTP contract, and records its requests. */
export class ScriptedCms {
  readonly calls: string[] = [];
  /** The kinds of the started operations. */
  readonly kinds: string[] = [];
  /** Answers requests for events. */
  readonly stream: Stream = () => false;
  /** Set when it never reaches a verdict about devices. */
  isThinking = false;
  /** The reasons why devices cannot be issued, by id. */
  readonly refused = new Map<string, string>();
  /** Ends the operation with this error when results of the phase arrive. */
  failure: { readonly phase: string; readonly error: WireError } | null = null;
  /** The error with which every call ends. */
  outage: CardwrightError | null = null;
  /** Set when it requires a fresh proof of its user's identity. */
  wantsProof = false;
  /** The one-time code that operations require; null if none. */
  code: string | null = null;
  /** The code of each start; null if it had none. */
  readonly codes: (string | null)[] = [];
  /** The tries left for the code; null if no code is valid. */
  codeTries: number | null = 5;
  /** Verdicts about devices, by id; all others may be issued. */
  readonly verdicts = new Map<string, Omit<Eligibility, 'device'>>();
  /** Set when a device cannot reset itself, so that erasing overwrites it. */
  writesOver = false;
  /** Set when a closed PIN window ends the operation, so that its user waits for an operator. */
  givesPinUp = false;
  deviceState: string | null = null;
  /** The final state of a device, if not the usual one. */
  finalState: 'awaiting-approval' | null = null;
  /** The stages of passkeys, between the certificates and the PIN. */
  passkeyStages: readonly Stage[] = [];
  /** Set when the device gets only passkeys. */
  hasPasskeysAlone = false;
  /** The uses of an issued device. */
  uses: readonly DeviceUse[] = ['sign-in', 'sign', 'decrypt'];
  /** The state in the latest answer. */
  state: OperationAnswer['state'] | null = null;
  /** The id of the session that works on the operation. */
  session: string | Promise<string> | undefined;

  /** The position of the latest operation. */
  #position: Position | undefined;
  /** The number of the latest step, counted over all sessions. */
  #number = 0;
  /** The difference between the numbers of this session's steps and the indexes of their stages. */
  #offset = 0;
  /** The number of the last step of earlier sessions. */
  #earlier = 0;

  /** Continue each {@link receives} that waits for a call. */
  readonly #waiting: (() => void)[] = [];
  readonly #away: { readonly call: string; readonly error: CardwrightError }[] = [];

  /** Answers the next calls whose path ends so with these errors, one each; their real answers are lost. */
  goAway(call: 'operations' | 'results', ...errors: readonly CardwrightError[]): void {
    this.#away.push(...errors.map((error) => ({ call, error })));
  }

  /** Waits until a number of calls whose paths end so have arrived. */
  async receives(call: string, times: number): Promise<void> {
    while (this.calls.filter((path) => path.endsWith(call)).length < times)
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
  }

  /** Answers `POST path`, now or later; a thrown error is sent. */
  answer(path: string, body: unknown): object {
    this.calls.push(path);
    for (const look of this.#waiting.splice(0)) look();
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

  async #cancel(session: string | undefined): Promise<object> {
    if (session !== (await this.session)) throw new CardwrightError('OPERATION_MOVED');
    return this.#end('cancelled', null);
  }

  /** Returns the stage at which an operation rests; undefined if none of this kind runs on the device. */
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
      // The engine does this with a device whose production has begun.
      if (this.deviceState !== null) this.deviceState = 'failed';
      return this.#end('failed', error);
    }
    const [outcome] = outcomes;
    if (outcome && 'error' in outcome) return this.#judgeError(outcome.error, stage);
    if (index + 1 < this.#stages.length) return this.#stage(index + 1);
    this.deviceState = this.finalState ?? playOf(this.#kind).becomes;
    return this.#end('done', null);
  }

  /** Judges an error: a PIN window that was closed leaves a pending device; one that could not open, or a missing card, only interrupts. */
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
    const content = commands ? encodeBytes(bytesOf({ commands })) : (command ?? asks);
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

/** Derives a session's id from its key (RFC 7638, 3), independently of the protocol's own function. */
const thumbprint = async ({ crv, kty, x, y }: PublicJwk): Promise<string> =>
  encodeBytes(new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf({ crv, kty, x, y }))));

const bytesOf = (content: object): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(content));
