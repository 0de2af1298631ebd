import type { Runtime } from '../../../../extension/src/browser.js';

/** Address of the extension's own pages. */
export const OWN = 'chrome-extension://bgndimlbjcagmmnfhehofoeodifnnofp/';
export const EXTENSION_ID = OWN.split('/')[2] ?? '';

/** One end of a port. The test plays the other end. */
export class FakePort {
  /** Messages posted by the extension. */
  readonly heard: unknown[] = [];
  isOpen = true;
  readonly #onMessage: ((message: unknown) => void)[] = [];
  readonly #onDisconnect: ((port: { error?: Error }) => void)[] = [];
  #onPosted: (message: unknown) => void = () => undefined;

  constructor(
    readonly name: string,
    readonly sender: Partial<Runtime.MessageSender> = {},
  ) {}

  /** The port, as the browser passes it to the extension. */
  get port(): Runtime.Port {
    return {
      name: this.name,
      sender: this.sender,
      postMessage: (message: unknown) => {
        const copy: unknown = structuredClone(message);
        this.heard.push(copy);
        this.#onPosted(copy);
      },
      disconnect: () => {
        this.isOpen = false;
      },
      onMessage: { addListener: (listener: (message: unknown) => void) => this.#onMessage.push(listener) },
      onDisconnect: { addListener: (listener: () => void) => this.#onDisconnect.push(listener) },
    } as unknown as Runtime.Port;
  }

  /** Calls back with each message of the extension. */
  answerWith(onPosted: (message: unknown) => void): void {
    this.#onPosted = onPosted;
  }

  /** Plays a message from the other side. */
  say(message: unknown): void {
    for (const listener of this.#onMessage) listener(structuredClone(message));
  }

  /**
   * Plays that the other side closes the port.
   *
   * @param says the browser's words for the reason
   */
  close(says?: string): void {
    for (const listener of this.#onDisconnect) listener(says === undefined ? {} : { error: new Error(says) });
  }
}

/** Lets all pending callbacks run. */
export async function settle(turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
