import type { EventResponse } from '../../support/event-response.js';
import type { ScriptedMobileCms } from '../../support/scripted-mobile-cms.js';

/** Creates an `EventSource` whose events a scripted CMS sends, without a network. */
export const eventsFrom = (cms: ScriptedMobileCms): new (address: string) => EventTarget =>
  class extends PlayedEventSource {
    constructor(address: string) {
      super(cms, address);
    }
  };

class PlayedEventSource extends EventTarget {
  #hearClose: () => void = () => undefined;

  constructor(cms: ScriptedMobileCms, address: string) {
    super();
    // Whoever opens it listens first.
    queueMicrotask(() => cms.stream(new URL(address, location.href).pathname, this.#response));
  }

  close(): void {
    this.#hearClose();
  }

  readonly #response: EventResponse = {
    writeHead: () => ({ end: () => this.#fail() }),
    write: (text) => {
      const [, type = '', data = ''] = /^event: (.*)\ndata: (.*)\n\n$/.exec(text) ?? [];
      this.dispatchEvent(new MessageEvent(type, { data }));
    },
    destroy: () => this.#fail(),
    on: (_event, listener) => {
      this.#hearClose = listener;
    },
  };

  #fail(): void {
    this.#hearClose();
    this.dispatchEvent(new Event('error'));
  }
}
