import * as v from 'valibot';
import { browser, type Runtime } from '../../../browser.js';
import { INSPECTOR_PORT, toInspector, type FromInspector, type ToInspector } from '../../../inspector-message.js';
import type { InspectorSource } from './live-trace.js';

/** Milliseconds from the end of a connection to the background until the inspector connects again. */
const RECONNECT_AFTER = 300;

/** The connection to the background. The browser may end the background at any time; the port then connects again. */
export class BackgroundPort implements InspectorSource {
  #port: Runtime.Port | null = null;
  #hear: (message: ToInspector | null) => void = () => undefined;

  listen(hear: (message: ToInspector | null) => void): void {
    this.#hear = hear;
    this.#connect();
  }

  send(message: FromInspector): void {
    this.#port?.postMessage(message);
  }

  #connect(): void {
    const port = browser.runtime.connect({ name: INSPECTOR_PORT });
    this.#port = port;
    port.onMessage.addListener((message: unknown) => {
      const parsed = v.safeParse(toInspector, message);
      if (parsed.success) this.#hear(parsed.output);
    });
    port.onDisconnect.addListener(() => {
      this.#port = null;
      this.#hear(null);
      setTimeout(() => this.#connect(), RECONNECT_AFTER);
    });
  }
}
