import { createHostServer, Log, type HostServer, type PcscBinding } from '@cardwright/native-host/in-process';
import { CardwrightError, commands, validate, type Method, type Params, type Result } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import {
  PROTOCOL_RANGE,
  hostInitialized,
  initializeAtHost,
  isNotification,
  isRequest,
  isResponse,
  message as messageSchema,
  progressParams,
  type Message,
  type Progress,
  type Request,
  type RequestId,
} from '@cardwright/protocol/messages';
import type { PublicJwk, PublicJwkSet } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { MovableClock } from '../../simulation/support/movable-clock.js';
import type { ReaderBoard } from '../../simulation/support/reader-board.js';

/** The other end of a host's wire, besides the page. */
export interface WireEnd {
  /** Called at once, before the host continues. */
  onProgress(progress: Progress): void;
  /** Answers as a window of the extension does; a thrown `CardwrightError` is an answer too. */
  answer(method: string, params: unknown): Promise<object>;
}

/** The facts of the page that a host gets. */
export interface Told {
  readonly origin: string;
  readonly cms: PublicJwkSet | null;
  readonly windowKey?: PublicJwk;
  readonly relyingParties?: readonly string[];
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The real host in this process. Everything on its wire passes through JSON. */
export class HostWire {
  readonly #waiting = new Map<RequestId, Waiting>();
  readonly #end: WireEnd;
  #host: HostServer | undefined;
  #last = 0;

  private constructor(end: WireEnd) {
    this.#end = end;
  }

  /** Starts a host with the readers of a binding. Its clock stands still, so it closes no device that a slow machine leaves idle. */
  static async start(binding: PcscBinding, end: WireEnd): Promise<HostWire> {
    const wire = new HostWire(end);
    wire.#host = await createHostServer({
      loadBinding: () => Promise.resolve(binding),
      send: (message) => wire.#fromHost(validate(messageSchema, JSON.parse(JSON.stringify(message)))),
      die: () => wire.#fail(new CardwrightError('HOST_CRASHED')),
      log: new Log(() => undefined),
      clock: new MovableClock(false),
    });
    return wire;
  }

  /** Initialises the session with the facts of the page, and returns its key. */
  async initialize({ origin, cms, windowKey, relyingParties = [] }: Told): Promise<PublicJwk> {
    const params = validate(initializeAtHost, {
      protocol: PROTOCOL_RANGE,
      sdk: PRODUCT_VERSION,
      extension: PRODUCT_VERSION,
      origin,
      cms,
      relyingParties,
      windowKey: windowKey ?? null,
    });
    return validate(hostInitialized, await this.#request('initialize', params)).session.key;
  }

  /** @throws CardwrightError if the host refuses the command */
  async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    return v.parse(commands[method].result, await this.#request(method, params));
  }

  /** Ends the host as a closed page does. */
  async close(): Promise<void> {
    await this.#host?.close();
  }

  #request(method: string, params: object): Promise<unknown> {
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#toHost({ jsonrpc: '2.0', id, method, params });
    });
  }

  #fromHost(message: Message): void {
    if (isRequest(message)) void this.#ask(message);
    else if (isNotification(message) && message.method === '$/progress')
      this.#end.onProgress(validate(progressParams, message.params));
    else if (isResponse(message) && message.id !== null) {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if ('result' in message) waiting?.resolve(message.result);
      else waiting?.reject(CardwrightError.fromWire(message.error));
    }
  }

  async #ask({ id, method, params }: Request): Promise<void> {
    try {
      this.#toHost({ jsonrpc: '2.0', id, result: await this.#end.answer(method, params) });
    } catch (error) {
      if (error instanceof CardwrightError) this.#toHost({ jsonrpc: '2.0', id, error: error.toWire() });
      else this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #toHost(message: object): void {
    this.#host?.receive(JSON.parse(JSON.stringify(message)));
  }
}

/** Lists the only card on the board with a separate host. */
export async function lookAtCard(board: ReaderBoard): Promise<DeviceInfo> {
  const wire = await HostWire.start(board.process().binding, {
    onProgress: () => undefined,
    answer: () => Promise.reject(new Error('a listing asks nobody')),
  });
  await wire.initialize({ origin: 'https://cms.example.com', cms: null });
  const { devices } = await wire.call('device.list', {});
  await wire.close();
  const [device] = devices;
  if (!device) throw new Error('there is no card in the reader');
  return device;
}
