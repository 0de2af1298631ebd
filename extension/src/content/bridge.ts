import type { BridgeMessage, PasskeyOrder } from '../bridge-message.js';
import { createPasskey, type EncodedCreationOptions } from '../create-passkey.js';

/**
 * The bridge between a page and the background. The bridge does nothing until the page says hello. Then it relays messages between the
 * page's message port and the background's port. To stay under 2 KB, the bridge checks only the envelope and the size of a message, without
 * schemas. The background's orders to the bridge itself, for a passkey in the page, never reach the page.
 */

declare global {
  /** The build inserts this value, and the two errors below, from the protocol package. */
  const MAX_MESSAGE_LENGTH: number;
  const INVALID_MESSAGE: object;
  const MESSAGE_TOO_LARGE: object;
}

/** Members that the bridge reads of data, which may be anything. */
type Envelope = Partial<Record<'cardwright' | 'jsonrpc' | 'id' | 'create', unknown>> | null | undefined;

const { runtime } = BROWSER;
const CLOSED = { cardwright: 'closed' };

const says = (data: unknown, word: string): boolean => (data as Envelope)?.cardwright === word;

/** Returns the data as JSON. Returns undefined if the data are not an object with `jsonrpc` 2.0, or cannot be written as JSON. */
function pack(data: unknown): string | undefined {
  try {
    return (data as Envelope)?.jsonrpc === '2.0' ? JSON.stringify(data) : undefined;
  } catch {
    // Data with a cycle or a BigInt cannot be written as JSON, so they are no message.
    return undefined;
  }
}

/** An order for a passkey. The background has checked the order, so the bridge does not check it. */
interface CheckedOrder extends PasskeyOrder {
  readonly create: { readonly origin: string; readonly options: EncodedCreationOptions } | null;
}

const isOrder = (message: unknown): message is CheckedOrder => (message as Envelope)?.create !== undefined;

function refusal(data: unknown, error: object): object {
  const id = (data as Envelope)?.id;
  return {
    jsonrpc: '2.0',
    id: typeof id === 'number' || typeof id === 'string' ? id : null,
    error,
  };
}

/** Opens a session. Throws if the extension was updated or restarted after this script was injected: nothing connects them then. */
function open(page: MessagePort): void {
  const background = runtime.connect({ name: 'page' });
  let creating = new AbortController();
  const post = (message: BridgeMessage) => background.postMessage(message);
  const obey = async ({ create }: CheckedOrder) => {
    creating.abort();
    if (!create) return;
    const { signal } = (creating = new AbortController());
    const created = await createPasskey(create.origin, create.options, signal);
    if (!signal.aborted) post({ created });
  };
  const end = () => {
    creating.abort();
    page.onmessage = null;
    page.postMessage(CLOSED);
    page.close();
  };
  const leave = () => {
    background.disconnect();
    end();
  };
  // Firefox keeps the port of a page that it keeps for the way back, and with it the host. To leave twice does nothing more.
  addEventListener('pagehide', leave);
  page.onmessage = ({ data }) => {
    const json = pack(data);
    // Not every browser tells the bridge that the page has closed its `MessagePort`, so the page sends this message.
    if (says(data, 'closed')) leave();
    else if (json === undefined) page.postMessage(refusal(data, INVALID_MESSAGE));
    else if (json.length > MAX_MESSAGE_LENGTH) page.postMessage(refusal(data, MESSAGE_TOO_LARGE));
    else post({ message: JSON.parse(json), isActive: navigator.userActivation.isActive });
  };
  background.onMessage.addListener((message: unknown) => {
    if (isOrder(message)) void obey(message);
    else page.postMessage(message);
  });
  background.onDisconnect.addListener(end);
  page.postMessage({ cardwright: 'ready' });
}

// A script can create an event with any source and origin, in this window or in a frame's window. Only events of the browser itself are
// trusted.
addEventListener('message', ({ isTrusted, source, origin, data, ports: [port] }: MessageEvent<unknown>) => {
  const own = isTrusted && source === window && origin === location.origin && window.top === window;
  if (own && port && says(data, 'hello')) {
    try {
      open(port);
    } catch {
      port.postMessage(CLOSED);
    }
  }
});
