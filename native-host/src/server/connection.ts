import {
  CardwrightError,
  asCardwrightError,
  commands,
  isMethod,
  validate,
  type UserMethod,
  type UserParams,
  type UserResult,
} from '@cardwright/protocol';
import { userRequests } from '@cardwright/protocol/command-definitions';
import {
  cancelParams,
  message as messageSchema,
  isNotification,
  isRequest,
  type Message,
  type Progress,
  type Request,
  type RequestId,
} from '@cardwright/protocol/messages';
import { setTraceParams } from '@cardwright/protocol/trace';
import { safeParse } from 'valibot';
import { systemClock, type Clock } from '../clock.js';
import { Log, type LogFields } from './log.js';
import type { Send } from './receiver.js';

/**
 * Answers one request. If it throws a `CardwrightError`, the answer contains this error. If it throws anything else, the answer contains
 * `INTERNAL`.
 */
export type Answer = (request: Request, signal: AbortSignal) => Promise<object>;

/** JSON-RPC in both directions over one transport: answers the requests of the extension, and sends requests and notifications to it. */
export class Connection {
  readonly #running = new Map<RequestId, AbortController>();
  readonly #asked = new Map<RequestId, (answer: Message | CardwrightError) => void>();
  #lastId = 0;

  constructor(
    private readonly send: Send,
    private readonly answer: Answer,
    private readonly log: Log = new Log(),
    private readonly clock: Clock = systemClock,
    /** Enables or disables the trace of APDUs. */
    private readonly setTrace: (apdus: boolean) => void = () => undefined,
  ) {}

  /** Receives one message, parsed from JSON but not validated. Never throws. */
  receive(value: unknown): void {
    const parsed = safeParse(messageSchema, value);
    if (!parsed.success) {
      this.refuse(new CardwrightError('INVALID_MESSAGE'));
      return;
    }
    const message = parsed.output;
    if (isRequest(message)) void this.#serve(message);
    else if (isNotification(message)) this.#notice(message.method, message.params);
    else if (message.id !== null) this.#asked.get(message.id)?.(message);
  }

  /** Answers input that is not a valid message, or a request whose id is in use, with an error whose id is null (JSON-RPC 2.0, 5). */
  refuse(error: CardwrightError): void {
    this.send({ jsonrpc: '2.0', id: null, error: error.toWire() });
  }

  notify(method: string, params: object): void {
    this.send({ jsonrpc: '2.0', method, params });
  }

  progress(progress: Progress): void {
    this.notify('$/progress', progress);
  }

  /**
   * Asks the user through the extension, for a running request.
   *
   * @throws CardwrightError the extension's error, `CANCELLED` when the request is or was cancelled, or `INVALID_PARAMS` when the answer does
   *   not fit the schema in `userRequests`
   */
  async askUser<M extends UserMethod>(method: M, params: UserParams<M>, signal: AbortSignal): Promise<UserResult<M>> {
    const id = `host-${++this.#lastId}`;
    const answer = await new Promise<Message | CardwrightError>((resolve) => {
      const cancel = () => {
        this.notify('$/cancelRequest', { id });
        resolve(new CardwrightError('CANCELLED'));
      };
      if (signal.aborted) {
        resolve(new CardwrightError('CANCELLED'));
        return;
      }
      signal.addEventListener('abort', cancel, { once: true });
      this.#asked.set(id, (received) => {
        signal.removeEventListener('abort', cancel);
        resolve(received);
      });
      this.send({ jsonrpc: '2.0', id, method, params });
    });
    this.#asked.delete(id);
    if (answer instanceof CardwrightError) throw answer;
    if ('error' in answer) throw CardwrightError.fromWire(answer.error);
    return validate(userRequests[method].result, 'result' in answer ? answer.result : null);
  }

  /** Cancels all running requests. */
  abortAll(): void {
    for (const controller of this.#running.values()) controller.abort();
  }

  /** Logs a failed request as a warning, which the default log level includes, and a cancelled request as information. */
  #logRefusal(fields: LogFields & { readonly code: string }): void {
    this.log.write('refused', fields, fields.code === 'CANCELLED' ? 'info' : 'warn');
  }

  #notice(method: string, params: unknown): void {
    if (method === '$/cancelRequest') {
      const parsed = safeParse(cancelParams, params);
      if (parsed.success) this.#running.get(parsed.output.id)?.abort();
    } else if (method === '$/setTrace') {
      const parsed = safeParse(setTraceParams, params);
      if (parsed.success) this.setTrace(parsed.output.apdus);
    }
  }

  async #serve(request: Request): Promise<void> {
    const { id, method } = request;
    if (this.#running.has(id)) {
      this.refuse(new CardwrightError('INVALID_MESSAGE'));
      return;
    }
    const controller = new AbortController();
    this.#running.set(id, controller);
    const startedAt = this.clock.now();
    try {
      const result = await this.answer(request, controller.signal);
      const fields = { method: nameOf(method), ms: this.clock.now() - startedAt };
      const broken = method === 'step.run' ? findFailure(result) : undefined;
      if (broken) this.#logRefusal({ ...fields, ...broken });
      else this.log.write('answered', fields);
      this.send({ jsonrpc: '2.0', id, result });
    } catch (thrown) {
      const error = asCardwrightError(thrown, this.log.defect);
      this.#logRefusal({ method: nameOf(method), ms: this.clock.now() - startedAt, code: error.code });
      this.send({ jsonrpc: '2.0', id, error: error.toWire() });
    } finally {
      this.#running.delete(id);
    }
  }
}

/**
 * Returns the failed command that ended a step, and its error code; undefined if no command failed. `step.run` has a result even if a command failed.
 */
function findFailure(result: object): { readonly command: string; readonly code: string } | undefined {
  const stepResult = safeParse(commands['step.run'].result, result);
  const last = stepResult.success ? stepResult.output.outcomes.at(-1) : undefined;
  return last && 'error' in last ? { command: nameOf(last.method), code: last.error.data.name } : undefined;
}

/**
 * Returns the name of a method for the log: `unknown` for a method that is not in the table of commands, because such a name may be any text of
 * a page.
 */
const nameOf = (method: string): string => (isMethod(method) || method === 'initialize' ? method : 'unknown');
