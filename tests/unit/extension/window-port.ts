import type { OwnWindows } from '../../../extension/src/background/own-windows.js';
import type { Runtime } from '../../../extension/src/browser.js';

/** Address of the extension's own pages. */
export const OWN = 'chrome-extension://bgndimlbjcagmmnfhehofoeodifnnofp/';

/** The script of a window, which has connected and receives the content to show. */
export class WindowPort {
  isOpen = true;
  readonly heard: unknown[] = [];
  #hear: (message: unknown) => void = () => undefined;
  #close: () => void = () => undefined;

  constructor(windows: OwnWindows, address: string, sender: Partial<Runtime.MessageSender> = {}) {
    windows.accept({
      name: `window:${address.split('#')[1] ?? ''}`,
      sender: { id: OWN.split('/')[2] ?? '', url: address, ...sender },
      disconnect: () => {
        this.isOpen = false;
      },
      postMessage: (message: unknown) => void this.heard.push(message),
      onMessage: { addListener: (listener: (message: unknown) => void) => (this.#hear = listener) },
      onDisconnect: { addListener: (listener: () => void) => (this.#close = listener) },
    } as unknown as Runtime.Port);
  }

  answer(answer: unknown): void {
    this.#hear({ answer });
  }

  /** Asks for more time, as the user does. */
  extend(): void {
    this.#hear({ more: true });
  }

  close(): void {
    this.#close();
  }
}
