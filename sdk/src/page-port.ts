import { CardwrightError } from '@cardwright/protocol';
import { HELLO_TIMEOUT, MAX_MESSAGE_LENGTH, WAIT_FOR_WINDOW } from '@cardwright/protocol/limits';
import {
  isNotification,
  isResponse,
  message,
  progressParams,
  sessionEnded,
  type Failure,
  type Message,
  type Notification,
  type Progress,
  type Success,
} from '@cardwright/protocol/messages';
import * as v from 'valibot';
import { RestingTimeout } from './resting-timeout.js';

/** The part of the page's `window` that the sdk needs to reach the extension. */
export interface PageWindow {
  readonly location: { readonly origin: string };
  /** Differs from the window itself if the page is in a frame. */
  readonly top?: unknown;
  postMessage(message: unknown, targetOrigin: string, transfer: Transferable[]): void;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

interface Pending {
  readonly settle: (answer: Success | Failure) => void;
  readonly reject: (error: CardwrightError) => void;
  readonly progress: (progress: Progress) => void;
}

/** Messages on the port that are not JSON-RPC: the extension's bridge is ready, or one end has closed the session. */
const signal = v.strictObject({ cardwright: v.picklist(['ready', 'closed']) });
/** Longest time in milliseconds for which a request's timeout may pause. No window of the extension can stay open longer. */
const LONGEST_REST = WAIT_FOR_WINDOW;

/**
 * One session of a page: the sdk's end of a `MessageChannel`. The other end is in the bridge, the extension's content script in the page.
 * Malformed messages, and answers to no pending request, are ignored. Request ids are random, so that a script that has got hold of the
 * other end of the channel cannot guess them.
 */
export class PagePort {
  readonly #pending = new Map<string, Pending>();
  readonly #closed = new AbortController();
  #reason: CardwrightError | undefined;

  private constructor(
    private readonly port: MessagePort,
    private readonly onNotification: (notification: Notification) => void,
  ) {
    port.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
  }

  /**
   * Connects to the extension.
   *
   * @throws CardwrightError if the extension does not answer within a second, `INSECURE_CONTEXT` for an insecure page or a page in a frame,
   * and `EXTENSION_MISSING` for any other page; `EXTENSION_UPDATED` if the extension was updated since the page was loaded; `CANCELLED` if
   * `abort` was aborted
   */
  static open(
    window: PageWindow,
    onNotification: (notification: Notification) => void,
    abort?: AbortSignal,
  ): Promise<PagePort> {
    const { port1, port2 } = new MessageChannel();
    return new Promise((resolve, reject) => {
      const give = (error: CardwrightError): void => {
        stop();
        port1.close();
        reject(error);
      };
      const onAbort = (): void => give(new CardwrightError('CANCELLED'));
      const timer = setTimeout(() => give(whyUnheard(window)), HELLO_TIMEOUT);
      const stop = (): void => {
        clearTimeout(timer);
        abort?.removeEventListener('abort', onAbort);
      };
      port1.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (!v.is(signal, data)) return;
        if (data.cardwright === 'closed') {
          // A bridge that an earlier run of the extension injected cannot reach the present one.
          give(new CardwrightError('EXTENSION_UPDATED'));
        } else {
          stop();
          resolve(new PagePort(port1, onNotification));
        }
      };
      abort?.addEventListener('abort', onAbort);
      if (abort?.aborted) onAbort();
      else window.postMessage({ cardwright: 'hello' }, window.location.origin, [port2]);
    });
  }

  /**
   * Signal that is aborted when either side has ended the session. The reason of the signal is a `CardwrightError` that names the cause:
   * `CANCELLED` after `close`.
   */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param timeout time limit in milliseconds. The time in which a window of the extension waits for the user, or the host is starting,
   * does not count.
   * @throws CardwrightError the error in the answer; `CANCELLED`, `TIMEOUT` or `MESSAGE_TOO_LARGE`; if the session has ended or ends
   *   meanwhile, the reason of `closed`: `CANCELLED` after `close`, the cause that the extension named, for example `HOST_CRASHED`, or
   *   `EXTENSION_LOST` if it named no cause
   */
  request(method: string, params: object, timeout: number, options: RequestOptions = {}): Promise<unknown> {
    const id = crypto.randomUUID();
    const request = { jsonrpc: '2.0', id, method, params: { ...params } } as const;
    return new Promise((resolve, reject) => {
      if (JSON.stringify(request).length > MAX_MESSAGE_LENGTH) throw new CardwrightError('MESSAGE_TOO_LARGE');
      if (options.signal?.aborted) throw new CardwrightError('CANCELLED');
      if (this.#reason) throw this.#reason;
      const stop = (): void => {
        this.#pending.delete(id);
        clock.stop();
        options.signal?.removeEventListener('abort', onAbort);
      };
      const giveUp = (code: 'CANCELLED' | 'TIMEOUT'): void => {
        stop();
        this.#send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } });
        reject(new CardwrightError(code));
      };
      const onAbort = (): void => giveUp('CANCELLED');
      const clock = new RestingTimeout(timeout, LONGEST_REST, () => giveUp('TIMEOUT'));
      options.signal?.addEventListener('abort', onAbort);
      this.#pending.set(id, {
        settle: (answer) => {
          stop();
          if ('error' in answer) reject(CardwrightError.fromWire(answer.error));
          else resolve(answer.result);
        },
        reject: (error) => {
          stop();
          reject(error);
        },
        progress: (progress) => {
          if (progress.kind === 'user' || isStarting(method, progress)) clock.rest();
          else clock.resume();
          options.onProgress?.(progress);
        },
      });
      this.#send(request);
    });
  }

  /** Ends the session. The session's host releases the device and exits. Pending requests reject with `CANCELLED`. */
  close(): void {
    this.#end(new CardwrightError('CANCELLED'));
  }

  #receive(data: unknown): void {
    if (v.is(signal, data)) {
      // If the extension had named a reason (`session.ended`), the reason would have arrived before this message.
      if (data.cardwright === 'closed') this.#end(new CardwrightError('EXTENSION_LOST'));
      return;
    }
    const parsed = v.safeParse(message, data);
    if (!parsed.success) return;
    if (isResponse(parsed.output)) this.#waiting(parsed.output.id)?.settle(parsed.output);
    else if (isNotification(parsed.output)) this.#notified(parsed.output);
  }

  #notified(notification: Notification): void {
    const { method, params } = notification;
    if (method === '$/progress') {
      const progress = v.safeParse(progressParams, params);
      if (progress.success) this.#waiting(progress.output.id)?.progress(progress.output);
    } else if (method === 'session.ended') {
      const lastWord = v.safeParse(sessionEnded, params);
      if (lastWord.success) this.#end(CardwrightError.fromWire(lastWord.output.error));
    } else {
      this.onNotification(notification);
    }
  }

  #waiting(id: unknown): Pending | undefined {
    return typeof id === 'string' ? this.#pending.get(id) : undefined;
  }

  #send(outgoing: Message): void {
    this.port.postMessage(outgoing);
  }

  #end(reason: CardwrightError): void {
    if (this.#reason) return;
    this.#reason = reason;
    // Not every browser tells the other end that a `MessagePort` was closed, so this message tells it.
    this.port.postMessage({ cardwright: 'closed' });
    this.port.close();
    this.#closed.abort(reason);
    for (const { reject } of [...this.#pending.values()]) reject(reason);
  }
}

/** True if the extension reports that the host is still starting. The extension itself ends this wait after `HOST_INITIALIZE_TIMEOUT`. */
const isStarting = (method: string, { kind }: Pick<Progress, 'kind'>): boolean =>
  method === 'initialize' && kind === 'waiting';

/** Matches the origins of the pages into which the extension is injected: https, and http on `localhost` or `127.0.0.1`. */
const HEARD_ORIGIN = /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)(:|$))/;

/**
 * Returns the reason why nothing answered the `hello`: `INSECURE_CONTEXT` for an insecure page or a page in a frame, because the extension
 * serves neither, and `EXTENSION_MISSING` for any other page.
 */
function whyUnheard(window: PageWindow): CardwrightError {
  const isTop = window.top === undefined || window.top === window;
  return new CardwrightError(
    isTop && HEARD_ORIGIN.test(window.location.origin) ? 'EXTENSION_MISSING' : 'INSECURE_CONTEXT',
  );
}
