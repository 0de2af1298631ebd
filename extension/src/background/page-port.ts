import { CardwrightError } from '@cardwright/protocol';
import {
  cancelParams,
  isNotification,
  isRequest,
  type Message,
  type Request,
  type RequestId,
} from '@cardwright/protocol/messages';
import * as v from 'valibot';
import { bridgeMessage, type PasskeyOrder } from '../bridge-message.js';
import type { Runtime } from '../browser.js';
import { idOf, readPageMessage } from './page-message.js';
import type { SessionFacts } from './trace-record.js';
import type { Trace } from './trace.js';
import { PAGE_HOPS, requestOf } from './traced-message.js';

/** Receives what a page sends over its port, and is told when the port is closed. */
export interface PageClient {
  /**
   * Receives a request of the page.
   *
   * @param isActive true if the user did something in the page in the last seconds
   */
  request(request: Request, isActive: boolean): void;
  cancel(id: RequestId): void;
  /** Receives the bridge's report on the passkey that the bridge was told to create. The report is not yet validated. */
  created(value: unknown): void;
  /**
   * Called when the page has sent something that is not a message of the protocol. `id` is the request id that the page's value claims;
   * null if the value claims no id.
   */
  unreadable(id: RequestId | null): void;
  /** Called once, when either side has closed the port. */
  closed(): void;
}

/**
 * The port to one page, through its bridge. A message of the page is validated before any other code reads it. Messages of the protocol
 * are recorded in the trace in both directions.
 */
export class PagePort {
  #closed = false;

  constructor(
    private readonly port: Runtime.Port,
    private readonly session: SessionFacts,
    private readonly trace: Trace,
    private readonly client: PageClient,
  ) {
    port.onMessage.addListener((value) => this.#receive(value));
    port.onDisconnect.addListener(() => this.#ended());
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Sends a message to the page. `method` is the request's method if the message is an answer. */
  send(message: Message, method?: string): void {
    if (this.#closed) return;
    this.trace.recorder?.message(this.session, message, { hop: PAGE_HOPS.to, request: requestOf(message), method });
    this.port.postMessage(message);
  }

  notify(method: string, params: object): void {
    this.send({ jsonrpc: '2.0', method, params: { ...params } });
  }

  /** Answers `INVALID_MESSAGE` to something that is no message of the protocol, or to a request that cannot be accepted. */
  refuse(id: RequestId | null, method?: string): void {
    this.send({ jsonrpc: '2.0', id, error: new CardwrightError('INVALID_MESSAGE').toWire() }, method);
  }

  /** Tells the bridge to create a passkey, or to stop creating it. The page does not receive this order. */
  order(order: PasskeyOrder): void {
    if (!this.#closed) this.port.postMessage(order);
  }

  close(): void {
    this.port.disconnect();
    this.#ended();
  }

  #ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.client.closed();
  }

  #receive(value: unknown): void {
    const parsed = v.safeParse(bridgeMessage, value);
    const passed = parsed.success ? parsed.output : { message: null, isActive: false };
    if ('created' in passed) {
      this.client.created(passed.created);
      return;
    }
    const message = readPageMessage(passed.message);
    if (message === null) {
      this.trace.recorder?.noMessage(this.session);
      this.client.unreadable(idOf(passed.message));
      return;
    }
    this.trace.recorder?.message(this.session, message, { hop: PAGE_HOPS.from, request: requestOf(message) });
    if (isRequest(message)) {
      this.client.request(message, passed.isActive);
    } else if (isNotification(message) && message.method === '$/cancelRequest') {
      const cancel = v.safeParse(cancelParams, message.params);
      if (cancel.success) this.client.cancel(cancel.output.id);
    }
  }
}
