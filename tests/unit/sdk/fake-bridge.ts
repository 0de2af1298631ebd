import type { Request } from '@cardwright/protocol/messages';
import type { PageWindow } from '@cardwright/sdk';

/** The other end of a page session, controlled by a test. */
export class FakeBridge {
  readonly origin = 'https://portal.example';
  /** Requests of the page, in order. */
  readonly received: Request[] = [];
  /** Target origin of the page's hello. */
  target: string | undefined;
  readonly window: PageWindow;
  #port: MessagePort | undefined;
  #onReceived: () => void = () => undefined;

  /** @param onRequest answers at once, or leaves it to the test */
  constructor(
    isInstalled = true,
    private readonly onRequest: (request: Request, bridge: FakeBridge) => void = () => undefined,
  ) {
    this.window = {
      location: { origin: this.origin },
      postMessage: (_hello, target, [port]) => {
        this.target = target;
        if (port instanceof MessagePort) this.#take(port, isInstalled);
      },
    };
  }

  send(message: unknown): void {
    this.#port?.postMessage(message);
  }

  result(id: unknown, result: unknown): void {
    this.send({ jsonrpc: '2.0', id, result });
  }

  error(id: unknown, name: string, code: number, details: object = {}): void {
    this.send({ jsonrpc: '2.0', id, error: { code, message: name, data: { name, details } } });
  }

  /** Returns the first message of a method, as soon as it has arrived. */
  async next(method: string): Promise<Request> {
    for (;;) {
      const found = this.received.find((request) => request.method === method);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#onReceived = resolve;
      });
    }
  }

  close(): void {
    this.#port?.close();
  }

  #take(port: MessagePort, isInstalled: boolean): void {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<Request>) => {
      this.received.push(data);
      this.#onReceived();
      this.onRequest(data, this);
    };
    if (isInstalled) this.send({ cardwright: 'ready' });
  }
}
