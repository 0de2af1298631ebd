import {
  CardwrightError,
  isPageMethod,
  pageCommands,
  validate,
  type PageMethod,
  type PageParams,
  type PageResult,
} from '@cardwright/protocol';
import { deviceListing, type DeviceListing } from '@cardwright/protocol/devices';
import type { Notification } from '@cardwright/protocol/messages';
import * as v from 'valibot';
import type { PagePort, RequestOptions } from './page-port.js';

/** Notifications that a page can listen to, each with the type of its content. */
interface Events {
  'device.changed': DeviceListing;
}

type Listener<E extends keyof Events> = (event: Events[E]) => void;

/**
 * Passes the notifications of a session on to its listeners. It is created before the session's port, so that no notification is lost.
 */
export class EventHub {
  readonly #devices = new Set<Listener<'device.changed'>>();

  readonly receive = ({ method, params }: Notification): void => {
    if (method !== 'device.changed') return;
    const listing = v.safeParse(deviceListing, params);
    if (!listing.success) return;
    for (const listener of this.#devices) listener(listing.output);
  };

  listen(listener: Listener<'device.changed'>): () => void {
    this.#devices.add(listener);
    return () => this.#devices.delete(listener);
  }
}

/** Sends one command of the protocol's table (`commands`). Validates the parameters before sending, and the result afterwards. */
export async function callOn<M extends PageMethod>(
  port: PagePort,
  method: M,
  params: PageParams<M>,
  options: RequestOptions = {},
): Promise<PageResult<M>> {
  if (!isPageMethod(method)) throw new CardwrightError('STEP_REQUIRED');
  const { params: paramsSchema, result, timeout } = pageCommands[method];
  const valid: object = { ...validate(paramsSchema, params) };
  const answer = await port.request(method, valid, timeout, options);
  const parsed = v.safeParse(result, answer);
  if (!parsed.success) throw new CardwrightError('INVALID_MESSAGE');
  return parsed.output;
}

/**
 * Brings the window of the extension in which a session waits for the user to the front.
 *
 * @throws CardwrightError `WINDOW_NOT_ALLOWED` if the user has not just clicked, or no window is waiting
 */
export async function showWindow(port: PagePort): Promise<void> {
  await callOn(port, 'window.show', {});
}

/**
 * An open session with the devices of this computer.
 *
 * @example
 * const client = await connect();
 * const stop = client.on('device.changed', ({ devices }) => console.log(devices));
 * const { devices } = await client.call('device.list', {});
 */
export class Client {
  constructor(
    private readonly port: PagePort,
    private readonly events: EventHub,
    /** The answer to `initialize`: versions, capabilities, the host's key. */
    readonly session: PageResult<'initialize'>,
  ) {}

  /**
   * Runs one command of the protocol's table.
   *
   * @throws CardwrightError one of the codes that the protocol's table lists for the command, `CANCELLED`, `TIMEOUT`,
   *   `INVALID_PARAMS`, `INVALID_MESSAGE`, `STEP_REQUIRED`, or the reason why the session has ended: `HOST_CRASHED`,
   *   `SITE_NOT_GRANTED`, `EXTENSION_LOST`
   */
  call<M extends PageMethod>(method: M, params: PageParams<M>, options?: RequestOptions): Promise<PageResult<M>> {
    return callOn(this.port, method, params, options);
  }

  /**
   * Brings the extension window that is waiting for the user to the front, because the user may have lost sight of it. Call it from a
   * button.
   *
   * @throws CardwrightError `WINDOW_NOT_ALLOWED` if the user has not just clicked, or no window is waiting
   */
  showWindow(): Promise<void> {
    return showWindow(this.port);
  }

  /**
   * Listens to a notification. Returns a function that stops listening. Notifications `device.changed` arrive only after the first
   * `device.list`.
   */
  on(_event: 'device.changed', listener: Listener<'device.changed'>): () => void {
    return this.events.listen(listener);
  }

  /** Reports the content of every reader to the listener, now and after each change. Returns a function that ends this. */
  async watchDevices(listener: Listener<'device.changed'>, options?: RequestOptions): Promise<() => void> {
    const stop = this.on('device.changed', listener);
    try {
      listener(await this.call('device.list', {}, options));
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }

  /**
   * Signal that is aborted when the session has ended: it was closed here, its grant was withdrawn, or the host or the extension is
   * gone. The reason is the `CardwrightError` that names the cause.
   */
  get closed(): AbortSignal {
    return this.port.closed;
  }

  close(): void {
    this.port.close();
  }
}
