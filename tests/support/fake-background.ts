import type { FromInspector, ToInspector } from '../../extension/src/inspector-message.js';

declare global {
  /** In an inspector's page, the background that a test plays. */
  var background: { readonly sent: FromInspector[]; tell(message: ToInspector): void };
}

declare const chrome: { runtime: object };

/** Replaces the extension's background; runs in the page before its own script. */
export function playBackground(): void {
  const listeners: ((message: ToInspector) => void)[] = [];
  const sent: FromInspector[] = [];
  globalThis.background = { sent, tell: (message) => listeners.forEach((listener) => listener(message)) };
  const event = { addListener: () => undefined };
  const port = {
    onMessage: { addListener: (listener: (message: ToInspector) => void) => listeners.push(listener) },
    onDisconnect: event,
    postMessage: (message: FromInspector) => sent.push(message),
  };
  Object.defineProperty(chrome.runtime, 'connect', { value: () => port });
}
