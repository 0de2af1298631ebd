import {
  CardwrightError,
  asCardwrightError,
  commands,
  isCardwrightError,
  isMethod,
  isPageMethod,
  validate,
  type UserMethod,
  type UserParams,
  type UserResult,
} from '@cardwright/protocol';
import { initializeAtHost, type Request, type RequestId } from '@cardwright/protocol/messages';
import { POLICY_CAPABILITY, type LogLevel } from '@cardwright/protocol/policy';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { systemClock, type Clock } from '../clock.js';
import { Connection, type Answer } from './connection.js';
import { Deadline } from './deadline.js';
import { forPeer } from './for-peer.js';
import type { CommandContext, HandledMethod, HostServices } from './handlers.js';
import { greet } from './greeting.js';
import { HostSession } from './host-session.js';
import { Log } from './log.js';
import type { Receiver, RefusalOfInput, Send } from './receiver.js';
import { StepGate, type AdmittedCommand } from './step-gate.js';

/** Reports which APDUs are sent, and for which request. */
export interface CommandTrace {
  /** Starts or stops the reports. */
  set(apdus: boolean): void;
  /** Runs `work`, which is one command. APDUs that are sent meanwhile are reported with the id of the request and the command's method. */
  during<T>(id: RequestId, method: string, work: () => Promise<T>): Promise<T>;
}

/** The log, the clock and the trace that a server uses. */
export interface Surroundings {
  readonly log: Log;
  readonly clock: Clock;
  /** Default: no APDUs are reported. */
  readonly trace?: CommandTrace | undefined;
  /** Called when `initialize` is answered, with the log level of the administrator's policy; null if the policy sets no level. */
  readonly onLogLevel?: ((level: LogLevel | null) => void) | undefined;
}

interface Run {
  readonly id: RequestId;
  readonly operation: string | null;
  readonly signal: AbortSignal;
  /** Position of the command in its step. */
  readonly position?: { readonly index: number; readonly count: number };
}

/**
 * Serves one page session: validates every command against the table of commands, and refuses commands outside a signed step if only a signed
 * step may contain them. Commands run one after the other, so that their APDUs do not mix. Only commands that the table marks as `concurrent`
 * run beside others.
 */
export class HostServer implements Receiver {
  readonly #connection: Connection;
  readonly #gate: StepGate;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly session: HostSession,
    private readonly services: HostServices,
    send: Send,
    /** Ends the process at once. There is no other way to release a card that never answers. */
    private readonly die: () => void,
    private readonly surroundings: Surroundings,
  ) {
    const { log, clock, trace } = surroundings;
    this.#gate = new StepGate(session, () => Math.floor(clock.now() / 1000));
    const answer: Answer = (request, signal) => this.#answer(request, signal);
    const tell: Send = (message) => send(session.initialized ? forPeer(message, session.peer.protocol) : message);
    this.#connection = new Connection(tell, answer, log, clock, (apdus) => trace?.set(apdus));
    services.onDevicesChanged((listing) => {
      this.#connection.notify('device.changed', listing);
    });
  }

  static async create(
    services: HostServices,
    send: Send,
    die: () => void,
    surroundings: Surroundings = { log: new Log(), clock: systemClock },
    session?: HostSession,
  ): Promise<HostServer> {
    return new HostServer(session ?? (await HostSession.create()), services, send, die, surroundings);
  }

  receive(message: unknown): void {
    this.#connection.receive(message);
  }

  refuse(code: RefusalOfInput): void {
    this.#connection.refuse(new CardwrightError(code));
  }

  /** Ends the session: cancels its commands, and resets and releases the card. Call this method when the page is gone. */
  async close(): Promise<void> {
    this.#connection.abortAll();
    await this.services.shutdown();
  }

  #answer(request: Request, signal: AbortSignal): Promise<object> {
    if (isMethod(request.method) && commands[request.method].concurrent) return this.#run(request, signal);
    const run = this.#queue.then(() => this.#run(request, signal));
    this.#queue = run.catch(() => null);
    return run;
  }

  async #run({ id, method, params }: Request, signal: AbortSignal): Promise<object> {
    if (method === 'initialize') return this.#initialize(params);
    if (!this.session.initialized) throw new CardwrightError('NOT_INITIALIZED');
    if (!isMethod(method) || commands[method].handledBy !== 'host') throw new CardwrightError('METHOD_NOT_FOUND');
    if (!isPageMethod(method)) throw new CardwrightError('STEP_REQUIRED');
    if (method === 'step.run') {
      return this.#runStep(validate(commands[method].params, params ?? {}).jws, { id, operation: null, signal });
    }
    const valid = validate(commands[method].params, params ?? {});
    requireUserSecrets(valid);
    // The schema of this method has just accepted the parameters.
    return this.#command({ method, params: valid } as AdmittedCommand, { id, operation: null, signal });
  }

  #initialize(params: unknown): object {
    const told = validate(initializeAtHost, params ?? {});
    const greeting = greet(told, this.session.publicKey, this.#capabilities());
    if (!('peer' in greeting)) {
      throw new CardwrightError('VERSION_MISMATCH', { update: greeting.older === 'ours' ? 'host' : 'sdk' });
    }
    this.session.initialize(greeting.peer);
    this.surroundings.onLogLevel?.(greeting.peer.policy.logLevel);
    return greeting.answer;
  }

  #capabilities(): string[] {
    const handled = Object.keys(this.services.handlers).filter(isMethod);
    return [
      ...new Set(['session', 'step', POLICY_CAPABILITY, ...handled.map((method) => commands[method].capability)]),
    ];
  }

  async #runStep(jws: string, { id, signal }: Run): Promise<{ outcomes: CommandOutcome[] }> {
    const step = await this.#gate.admit(jws, () => this.services.openDevice());
    const outcomes: CommandOutcome[] = [];
    for (const [index, command] of step.commands.entries()) {
      const { method } = command;
      const position = { index, count: step.commands.length };
      this.#connection.progress({ id, kind: 'command', method, ...position });
      try {
        const result = await this.#command(command, { id, operation: step.operation, signal, position });
        outcomes.push({ method, result: { ...result } });
      } catch (thrown) {
        outcomes.push({ method, error: asCardwrightError(thrown, this.surroundings.log.defect).toWire() });
        break;
      }
    }
    return { outcomes };
  }

  /** Runs one validated command within its time limit. */
  async #command({ method, params }: AdmittedCommand, { id, operation, signal, position }: Run): Promise<object> {
    const handler = Object.hasOwn(this.services.handlers, method)
      ? this.services.handlers[method as HandledMethod]
      : undefined;
    if (handler === undefined) {
      throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: commands[method].capability });
    }
    const deadline = new Deadline(commands[method].timeout, this.surroundings.clock);
    const either = AbortSignal.any([signal, deadline.signal]);
    const context: CommandContext = {
      session: this.session,
      operation,
      signal: either,
      onProgress: (kind, about) => {
        this.#connection.progress({ id, kind, method, ...about, ...(kind === 'command' && position) });
      },
      askUser: async <M extends UserMethod>(userMethod: M, userParams: UserParams<M>): Promise<UserResult<M>> => {
        this.#connection.progress({ id, kind: 'user', method });
        const answer = await this.#askUser(userMethod, userParams, deadline, either);
        // The user has answered, so the command continues.
        this.#connection.progress({ id, kind: 'command', method, ...position });
        return answer;
      },
      whileUserActs: async (work) => {
        this.#connection.progress({ id, kind: 'user', method });
        try {
          return await deadline.restDuring(work);
        } finally {
          this.#connection.progress({ id, kind: 'command', method, ...position });
        }
      },
    };
    try {
      // Handler and parameters belong to the same method, but the compiler cannot follow this through the union.
      const run = () => (handler as (input: unknown, context: CommandContext) => Promise<object>)(params, context);
      const { trace } = this.surroundings;
      const running = trace ? trace.during(id, method, run) : run();
      return await Promise.race([running, this.#overtime(deadline)]);
    } catch (error) {
      // The process ends after the error was sent: only this frees a mute card, because PC/SC cannot cancel an APDU.
      if (isCardwrightError(error, 'CARD_MUTE') && this.services.transmitting()) setImmediate(this.die);
      throw error;
    } finally {
      deadline.clear();
    }
  }

  /** Asks the user. The window closes at once if the device is removed, because an answer would be useless. */
  async #askUser<M extends UserMethod>(
    method: M,
    params: UserParams<M>,
    deadline: Deadline,
    signal: AbortSignal,
  ): Promise<UserResult<M>> {
    const gone = this.services.deviceGone();
    try {
      const either = AbortSignal.any([signal, gone]);
      return await deadline.restDuring(() => this.#connection.askUser(method, params, either));
    } catch (error) {
      throw gone.aborted ? gone.reason : error;
    }
  }

  /** Rejects when the time is over: with `CARD_MUTE` while a PC/SC call is unanswered, with `TIMEOUT` in all other cases. Never resolves. */
  #overtime(deadline: Deadline): Promise<never> {
    return new Promise((_, reject) => {
      const onAbort = () => {
        reject(new CardwrightError(this.services.transmitting() ? 'CARD_MUTE' : 'TIMEOUT'));
      };
      deadline.signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}

/**
 * Checks that a command outside a step uses only secrets that the user types. Secrets that the CMS sealed, or that a step left in this host's memory,
 * may be used only by signed steps.
 *
 * @throws CardwrightError `STEP_REQUIRED`
 */
function requireUserSecrets(params: object): void {
  if (!('secrets' in params) || typeof params.secrets !== 'object' || params.secrets === null) return;
  const isTyped = (reference: unknown) =>
    typeof reference === 'object' && reference !== null && 'source' in reference && reference.source === 'user';
  if (!Object.values(params.secrets).every(isTyped)) throw new CardwrightError('STEP_REQUIRED');
}
