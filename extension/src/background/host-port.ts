import { CardwrightError, asCardwrightError } from '@cardwright/protocol';
import { HOST_NAME } from '@cardwright/protocol/identity';
import {
  cancelParams,
  isNotification,
  isRequest,
  message as messageSchema,
  progressParams,
  type Message,
  type Notification,
  type Progress,
  type Request,
  type RequestId,
} from '@cardwright/protocol/messages';
import { apduNotification, type ApduExchange } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { browser, type Runtime } from '../browser.js';
import { CommandUnderWay } from './command-under-way.js';
import { logDefect } from './log.js';
import { hostError } from './host-error.js';

/** Receives what a host sends over its port. */
export interface HostClient {
  /**
   * Answers a request of the host.
   *
   * @param signal is aborted when the host cancels its request
   * @param command is aborted like `CommandUnderWay.ended`; aborted from the beginning if the host asks outside any command
   */
  answer(request: Request, signal: AbortSignal, command: AbortSignal): Promise<object>;
  /** Receives a notification of the host, such as `device.changed`. */
  notice?(notification: Notification): void;
  /**
   * Called with the error when the host has ended although the client did not close the port. Every pending request was rejected with the
   * same error.
   */
  ended?(error: CardwrightError): void;
  /**
   * Receives the messages in both directions, for the trace. APDUs that the host reports go to `observeApdu` instead.
   *
   * @param request name, in the trace, of the request to which the message belongs; null if the message belongs to no request
   * @param method method of the request, if the message answers a request
   */
  observe?(direction: 'to' | 'from', message: Message, request: string | null, method?: string): void;
  /** Receives every APDU that the host reports. */
  observeApdu?(exchange: ApduExchange, request: string | null): void;
}

export interface HostRequestOptions {
  /** Signal that cancels the request. The cancellation is sent to the host, which still answers the request. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Omit<Progress, 'id'>) => void;
  /** Name of this request in the trace, which the client of the port chooses. */
  readonly request?: string;
}

interface Pending {
  readonly method: string;
  readonly request: string | null;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: CardwrightError) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly command: CommandUnderWay;
}

/** A request of the host that is being answered. */
interface Answering {
  readonly controller: AbortController;
  readonly request: string | null;
}

/** The connection to one host process, from `connectNative` until the port closes. */
export class HostPort {
  readonly #pending = new Map<RequestId, Pending>();
  readonly #answering = new Map<RequestId, Answering>();
  #lastId = 0;
  /** Id of the request that was last reported to be waiting for the user. The host's next question belongs to this request. */
  #asksFor: RequestId | undefined;
  #end: CardwrightError | null = null;
  #hasAnswered = false;

  private constructor(
    private readonly port: Runtime.Port,
    private readonly client: HostClient,
  ) {
    port.onMessage.addListener((value) => this.#receive(value));
    port.onDisconnect.addListener((closed) => {
      const says = closed.error?.message ?? browser.runtime.lastError?.message ?? '';
      this.#ended(hostError(says, { hasAnswered: this.#hasAnswered }));
    });
  }

  static open(client: HostClient): HostPort {
    return new HostPort(browser.runtime.connectNative(HOST_NAME), client);
  }

  /**
   * Sends a request to the host.
   *
   * @returns the result, not yet validated
   * @throws CardwrightError the host's own error; an error of `hostError` if the host is missing or has ended; `HOST_ANSWER_INVALID` if the
   * host has sent something that is not a message; `CANCELLED` if the port was closed
   */
  request(method: string, params: object, { signal, onProgress, request }: HostRequestOptions): Promise<unknown> {
    if (this.#end) return Promise.reject(this.#end);
    const id = ++this.#lastId;
    const command = new CommandUnderWay();
    const cancel = () => {
      command.end();
      this.#send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } }, request);
    };
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { method, request: request ?? null, resolve, reject, onProgress, command });
    });
    this.#send({ jsonrpc: '2.0', id, method, params: { ...params } }, request);
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    return answer.finally(() => {
      signal.removeEventListener('abort', cancel);
      command.end();
      this.#pending.delete(id);
    });
  }

  notify(method: string, params: object): void {
    this.#send({ jsonrpc: '2.0', method, params: { ...params } });
  }

  /**
   * Checks that the host has not ended.
   *
   * @throws CardwrightError the reason why the host has ended
   */
  requireRunning(): void {
    if (this.#end) throw this.#end;
  }

  /** Ends the host by closing its input, and rejects the pending requests with `CANCELLED`. */
  close(): void {
    this.port.disconnect();
    this.#refuseAll(new CardwrightError('CANCELLED'));
  }

  /** Handles that the host has ended although the client did not close the port. */
  #ended(error: CardwrightError): void {
    if (this.#end) return;
    this.#refuseAll(error);
    this.client.ended?.(error);
  }

  #refuseAll(error: CardwrightError): void {
    if (this.#end) return;
    this.#end = error;
    for (const { controller } of this.#answering.values()) controller.abort();
    for (const { reject } of this.#pending.values()) reject(error);
  }

  #send(message: Message, request: string | null = null, method?: string): void {
    if (this.#end) return;
    this.client.observe?.('to', message, request, method);
    this.port.postMessage(message);
  }

  #receive(value: unknown): void {
    if (this.#end) return;
    const parsed = v.safeParse(messageSchema, value);
    if (!parsed.success) {
      // This is not a Cardwright host, or something else writes to the host's standard output. The logged cause omits the issue's own text,
      // because this text may quote a value.
      const [{ type, expected }] = parsed.issues;
      const cause = new Error(`${type} of ${typeof value}: expected ${expected ?? 'another value'}`);
      logDefect('the host sent what is no message', cause);
      this.port.disconnect();
      this.#ended(new CardwrightError('HOST_ANSWER_INVALID', {}, { cause }));
      return;
    }
    this.#hasAnswered = true;
    const message = parsed.output;
    if (isRequest(message)) void this.#serve(message);
    else if (isNotification(message)) this.#notice(message);
    else if (message.id !== null) this.#settle(message.id, message);
  }

  #settle(id: RequestId, message: Exclude<Message, Request | Notification>): void {
    const pending = this.#pending.get(id);
    this.client.observe?.('from', message, pending?.request ?? null, pending?.method);
    if ('error' in message) pending?.reject(CardwrightError.fromWire(message.error));
    else pending?.resolve(message.result);
  }

  #notice(message: Notification): void {
    const { method, params } = message;
    if (method === '$/apdu') {
      this.#noticeApdu(params);
    } else if (method === '$/progress') {
      const progress = v.safeParse(progressParams, params);
      const pending = progress.success ? this.#pending.get(progress.output.id) : undefined;
      this.client.observe?.('from', message, pending?.request ?? null);
      if (!progress.success) return;
      if (progress.output.kind === 'user') this.#asksFor = progress.output.id;
      pending?.command.follow(progress.output);
      pending?.onProgress?.(progress.output);
    } else if (method === '$/cancelRequest') {
      const cancel = v.safeParse(cancelParams, params);
      const answering = cancel.success ? this.#answering.get(cancel.output.id) : undefined;
      this.client.observe?.('from', message, answering?.request ?? null);
      answering?.controller.abort();
    } else {
      this.client.observe?.('from', message, null);
      this.client.notice?.(message);
    }
  }

  #noticeApdu(params: unknown): void {
    const told = v.safeParse(apduNotification, params);
    if (!told.success) return;
    const { id, exchange } = told.output;
    this.client.observeApdu?.(exchange, (id === null ? undefined : this.#pending.get(id)?.request) ?? null);
  }

  async #serve(request: Request): Promise<void> {
    const { id, method } = request;
    const pending = this.#asksFor === undefined ? undefined : this.#pending.get(this.#asksFor);
    const belongsTo = pending?.request ?? null;
    this.client.observe?.('from', request, belongsTo);
    const controller = new AbortController();
    this.#answering.set(id, { controller, request: belongsTo });
    try {
      const command = pending?.command.ended ?? AbortSignal.abort();
      const result = await this.client.answer(request, controller.signal, command);
      this.#send({ jsonrpc: '2.0', id, result }, belongsTo, method);
    } catch (thrown) {
      this.#send({ jsonrpc: '2.0', id, error: asCardwrightError(thrown, logDefect).toWire() }, belongsTo, method);
    } finally {
      this.#answering.delete(id);
    }
  }
}
