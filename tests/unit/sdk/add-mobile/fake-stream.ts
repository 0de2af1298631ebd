import type { EventStream } from '../../../../sdk/src/elements/add-mobile/status-feed.js';

type Listener = (event: { readonly data?: unknown }) => void;

/** A connection for events that a test controls. */
export class FakeStream implements EventStream {
  isOpen = true;
  readonly #listeners = new Map<string, Listener>();

  constructor(readonly address: string) {}

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, listener);
  }

  close(): void {
    this.isOpen = false;
  }

  say(data: unknown): void {
    this.#listeners.get('status')?.({ data });
  }

  breakOff(): void {
    this.#listeners.get('error')?.({});
  }
}
