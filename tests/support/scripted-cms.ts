import { createHash } from 'node:crypto';
import type {
  CommandOutcome,
  DeviceUse,
  Eligibility,
  OperationAnswer,
  PasskeyWay,
  PublicJwk,
  StartRequest,
  StepCommand,
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

interface Stage {
  readonly phase: string;
  readonly text: string;
  readonly progress: number;
  readonly deviceState: string | null;
  /** What its step orders, where the wizard reads it. */
  readonly commands?: readonly StepCommand[];
}

/** The stages of an issuance as the portal's CMS plays them: six calls with the start. */
const STAGES: readonly Stage[] = [
  { phase: 'authenticate', text: 'Unlocking device', progress: 5, deviceState: null },
  { phase: 'personalize', text: 'Preparing your device for you', progress: 15, deviceState: null },
  { phase: 'keys', text: 'Creating keys', progress: 30, deviceState: 'producing' },
  { phase: 'certificates', text: 'Writing your certificates', progress: 70, deviceState: 'producing' },
  { phase: 'pin', text: 'Waiting for your new PIN', progress: 90, deviceState: 'pending' },
];
/** The only stage of another PIN for a device that is active. */
const CHANGE_PIN: readonly Stage[] = [
  { phase: 'pin', text: 'Waiting for your PIN', progress: 10, deviceState: 'active' },
];
/** The stages of a new PIN with the PUK, as the portal's CMS plays them. */
const UNLOCK: readonly Stage[] = [
  { phase: 'device-proof', text: 'Checking your device', progress: 5, deviceState: 'active' },
  { phase: 'pin', text: 'Waiting for your new PIN', progress: 20, deviceState: 'active' },
  { phase: 'secure', text: 'Securing your device', progress: 80, deviceState: 'active' },
];
/** Of the operations on a device that is active. */
const OF_ACTIVE: Readonly<Record<string, readonly Stage[]>> = { 'change-pin': CHANGE_PIN, unlock: UNLOCK };
const FINISHED = { phase: 'finished', text: 'Finished', progress: 100, deviceState: null } as const;
const OPERATION = 'operation-1';

/** Plays a CMS by the HTTP contract of the protocol, and keeps what it was asked. */
export class ScriptedCms {
  readonly calls: string[] = [];
  /** Of the operations that were started. */
  readonly kinds: string[] = [];
  /** Answers requests for events. */
  readonly stream: Stream = () => false;
  /** Why a device cannot be issued, by its id. */
  readonly refused = new Map<string, string>();
  /** Ends the operation with this error when the results of the phase come. */
  failure: { readonly phase: string; readonly error: WireError } | null = null;
  /** Ends every call with it. */
  outage: CardwrightError | null = null;
  /** The one-time code that an operation takes; null where it takes none. */
  code: string | null = null;
  /** Codes that came with a start; null where there was none. */
  readonly codes: (string | null)[] = [];
  /** Wrong codes that are still taken; null where none is good. */
  codeTries: number | null = 5;
  /** What may be done with a device, by its id; all others may be issued. */
  readonly verdicts = new Map<string, Omit<Eligibility, 'device'>>();
  /** Whether a PIN window that was closed ends the operation, so that its user waits for an operator. */
  givesPinUp = false;
  deviceState: string | null = null;
  /** What a device becomes once its PIN is set. */
  finalState: 'active' | 'awaiting-approval' = 'active';
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

  readonly #away: { readonly call: string; readonly error: CardwrightError }[] = [];

  /** Answers the next calls whose path ends so with these errors, one each; what it would have answered is lost. */
  goAway(call: 'operations' | 'results', ...errors: readonly CardwrightError[]): void {
    this.#away.push(...errors.map((error) => ({ call, error })));
  }

  /** Answers `POST path`; throws what goes out as an error. */
  answer(path: string, body: unknown): object {
    this.calls.push(path);
    if (this.outage) throw this.outage;
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
    return validate(eligibilityRequest, body).devices.map(({ id }) => {
      const verdict = this.verdicts.get(id);
      if (verdict) return { device: id, ...verdict };
      const reason = this.refused.get(id) ?? null;
      if (this.deviceState !== 'pending') return { device: id, action: reason === null ? 'start' : null, reason };
      return { device: id, action: this.givesPinUp ? null : 'continue', reason: 'Setup was interrupted.' };
    });
  }

  #cancel(session: string | undefined): object {
    if (session !== this.session) throw new CardwrightError('OPERATION_MOVED');
    return this.#end('cancelled', null);
  }

  #start({ kind, device, host, code }: StartRequest): object {
    this.codes.push(code ?? null);
    if (this.code !== null && code === undefined) throw new CardwrightError('CODE_NEEDED');
    if (this.code !== null && code !== this.code) {
      if (this.codeTries !== null) this.codeTries -= 1;
      throw new CardwrightError('CODE_INCORRECT', { retriesLeft: this.codeTries });
    }
    this.kinds.push(kind);
    this.session = thumbprint(host.key);
    if (this.deviceState === 'pending') return this.#stage(this.#stages.length - 1);
    return this.#stage(0, this.verdicts.get(device.id)?.action === 'erase' ? 'reset' : undefined);
  }

  #advance({ step, outcomes }: { readonly step: number; readonly outcomes: readonly CommandOutcome[] }): object {
    const stage = this.#stages[step - 1];
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
    if (outcome && 'error' in outcome) return this.#judgeError(outcome.error, stage?.phase);
    if (step < this.#stages.length) return this.#stage(step);
    this.deviceState = this.finalState;
    return this.#end('done', null);
  }

  /** A window that was closed at the PIN leaves a pending device; one that could not open, or a card that went, only interrupts. */
  #judgeError(error: WireError, phase: string | undefined): object {
    const wasClosed = ['USER_CANCELLED', 'USER_TIMEOUT'].includes(error.data.name);
    if (this.#ofActive) {
      this.deviceState = 'active';
      return this.#end(CardwrightError.fromWire(error).resumable ? 'running' : 'cancelled', error);
    }
    if (!wasClosed) return this.#end('running', error);
    if (phase !== 'pin') return this.#end('failed', error);
    this.deviceState = 'pending';
    return this.#end(this.givesPinUp ? 'done' : 'running', error);
  }

  /** The stages of an operation on a device that is active; undefined of any other. */
  get #ofActive(): readonly Stage[] | undefined {
    return OF_ACTIVE[this.kinds.at(-1) ?? ''];
  }

  get #stages(): readonly Stage[] {
    if (this.#ofActive) return this.#ofActive;
    if (this.hasPasskeysAlone) return this.passkeyStages;
    return [...STAGES.slice(0, -1), ...this.passkeyStages, ...STAGES.slice(-1)];
  }

  /** @param command what the step asks of the user, or `step` for nothing */
  #stage(index: number, command = this.#stages[index]?.phase === 'pin' ? 'pin' : 'step'): OperationAnswer {
    const stage: Stage = this.#stages[index] ?? FINISHED;
    const { phase: name, text, progress, deviceState, commands } = stage;
    this.state = 'running';
    const content = commands ? Buffer.from(JSON.stringify({ commands })).toString('base64url') : command;
    const step = { number: index + 1, jws: `${name}.${content}.signature` };
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

/** A stage in which the user chooses a FIDO PIN. */
export const FIDO_PIN_STAGE: Stage = {
  phase: 'fido-pin',
  text: 'Setting your FIDO PIN',
  progress: 75,
  deviceState: 'producing',
  commands: [{ method: 'fido.setPin', params: { rules: null, secrets: { newFidoPin: { source: 'user' } } } }],
};

/** A stage in which the FIDO application is reset. */
export const FIDO_RESET_STAGE: Stage = {
  phase: 'fido-pin',
  text: 'Resetting the FIDO application',
  progress: 72,
  deviceState: 'producing',
  commands: [{ method: 'fido.reset', params: {} }],
};

/** A stage in which a passkey is made, in a way and with a PIN of its own or the device's. */
export const passkeyStage = (way: PasskeyWay, pin: 'separate' | 'shared'): Stage => ({
  phase: 'passkey',
  text: 'Creating your passkey',
  progress: 80,
  deviceState: 'producing',
  commands: [
    {
      method: 'fido.createCredential',
      params: {
        way,
        origin: 'https://login.microsoft.com',
        pin,
        options: { rp: { id: 'login.microsoft.com', name: 'Microsoft' } },
      },
    },
  ],
});

/** The id of a session by its key: RFC 7638, 3, written here once more so that it judges the protocol's own. */
const thumbprint = ({ crv, kty, x, y }: PublicJwk): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
