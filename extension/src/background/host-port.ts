import {
  CardwrightError,
  HOST_NAME,
  asCardwrightError,
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
} from '@cardwright/protocol';
import * as v from 'valibot';
import { browser, type Runtime } from '../browser.js';
import { logDefect } from './log.js';
import { hostError } from './host-error.js';

/** Who uses the host. */
export interface HostClient {
  /** Answers a request of the host, which may be cancelled. */
  answer(request: Request, signal: AbortSignal): Promise<object>;
  /** Takes an event, such as `device.changed`. */
  notice?(notification: Notification): void;
  /** The host has ended; every request under way was refused with the same error. */
  ended?(error: CardwrightError): void;
  /** Sees every message, for the trace; `method` is that of the request which an answer belongs to. */
  observe?(direction: 'toHost' | 'fromHost', message: Message, method?: string): void;
}

export interface HostRequestOptions {
  /** Relayed to the host, which answers all the same. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

interface Pending {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: CardwrightError) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** One host process, from `connectNative` until the port closes. */
export class HostPort {
  readonly #pending = new Map<RequestId, Pending>();
  readonly #answering = new Map<RequestId, AbortController>();
  #lastId = 0;
  #end: CardwrightError | null = null;
  #hasAnswered = false;

  private constructor(
    private readonly port: Runtime.Port,
    private readonly client: HostClient,
  ) {
    port.onMessage.addListener((value) => this.#receive(value));
    port.onDisconnect.addListener((closed) => {
      const says = closed.error?.message ?? browser.runtime.lastError?.message ?? '';
      this.#ended(hostError(says, this.#hasAnswered));
    });
  }

  static open(client: HostClient): HostPort {
    return new HostPort(browser.runtime.connectNative(HOST_NAME), client);
  }

  /**
   * @returns the result as it came, still to be validated
   * @throws CardwrightError as the host answers, or as `hostError` tells why it is not there
   */
  request(method: string, params: object, { signal, onProgress }: HostRequestOptions): Promise<unknown> {
    if (this.#end) return Promise.reject(this.#end);
    const id = ++this.#lastId;
    const cancel = () => this.#send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } });
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { method, resolve, reject, onProgress });
    });
    this.#send({ jsonrpc: '2.0', id, method, params: { ...params } });
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    return answer.finally(() => {
      signal.removeEventListener('abort', cancel);
      this.#pending.delete(id);
    });
  }

  /** @throws CardwrightError why the host has ended, if it has */
  requireRunning(): void {
    if (this.#end) throw this.#end;
  }

  /** Ends the host: it sees the end of its input. */
  close(): void {
    this.port.disconnect();
    this.#ended(new CardwrightError('CANCELLED'), true);
  }

  #ended(error: CardwrightError, byUs = false): void {
    if (this.#end) return;
    this.#end = error;
    for (const controller of this.#answering.values()) controller.abort();
    for (const { reject } of this.#pending.values()) reject(error);
    if (!byUs) this.client.ended?.(error);
  }

  #send(message: Message, method?: string): void {
    if (this.#end) return;
    this.client.observe?.('toHost', message, method);
    this.port.postMessage(message);
  }

  #receive(value: unknown): void {
    const parsed = v.safeParse(messageSchema, value);
    if (!parsed.success) {
      logDefect('the host sent what is no message', new Error(parsed.issues[0].message));
      this.port.disconnect();
      this.#ended(new CardwrightError('HOST_ANSWER_INVALID'));
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
    this.client.observe?.('fromHost', message, pending?.method);
    if ('error' in message) pending?.reject(CardwrightError.fromWire(message.error));
    else pending?.resolve(message.result);
  }

  #notice(message: Notification): void {
    this.client.observe?.('fromHost', message);
    if (message.method === '$/progress') {
      const progress = v.safeParse(progressParams, message.params);
      if (progress.success) this.#pending.get(progress.output.id)?.onProgress?.(progress.output);
    } else if (message.method === '$/cancelRequest') {
      const cancel = v.safeParse(cancelParams, message.params);
      if (cancel.success) this.#answering.get(cancel.output.id)?.abort();
    } else {
      this.client.notice?.(message);
    }
  }

  async #serve(request: Request): Promise<void> {
    const { id, method } = request;
    this.client.observe?.('fromHost', request);
    const controller = new AbortController();
    this.#answering.set(id, controller);
    try {
      const result = await this.client.answer(request, controller.signal);
      this.#send({ jsonrpc: '2.0', id, result }, method);
    } catch (thrown) {
      this.#send({ jsonrpc: '2.0', id, error: asCardwrightError(thrown, logDefect).toWire() }, method);
    } finally {
      this.#answering.delete(id);
    }
  }
}
