import type { Runtime } from '../../../../extension/src/browser.js';

/** Of the extension's own pages. */
export const OWN = 'chrome-extension://bgndimlbjcagmmnfhehofoeodifnnofp/';
export const EXTENSION_ID = OWN.split('/')[2] ?? '';

/** One end of a port: the test is the other. */
export class FakePort {
  /** What our side has posted. */
  readonly heard: unknown[] = [];
  isOpen = true;
  readonly #onMessage: ((message: unknown) => void)[] = [];
  readonly #onDisconnect: ((port: { error?: Error }) => void)[] = [];
  #onPosted: (message: unknown) => void = () => undefined;

  constructor(
    readonly name: string,
    readonly sender: Partial<Runtime.MessageSender> = {},
  ) {}

  /** As the browser hands it to our side. */
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

  /** Calls back with each message of our side. */
  answerWith(onPosted: (message: unknown) => void): void {
    this.#onPosted = onPosted;
  }

  /** The other side says something. */
  say(message: unknown): void {
    for (const listener of this.#onMessage) listener(structuredClone(message));
  }

  /**
   * The other side goes.
   *
   * @param says the browser's words for why
   */
  close(says?: string): void {
    for (const listener of this.#onDisconnect) listener(says === undefined ? {} : { error: new Error(says) });
  }
}

/** Lets all that is ready happen. */
export async function settle(turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
