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

/** Notifications to which a page can listen, each with the type of its content. */
interface Events {
  'device.changed': DeviceListing;
}

type Listener<E extends keyof Events> = (event: Events[E]) => void;

/**
 * Passes the notifications of a session on to its listeners. An `EventHub` is created before the session's port, so that no notification is
 * lost.
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

/**
 * Sends one of the commands that a page may send without a signed step (`pageCommands`). Validates the parameters before sending, and the
 * result afterwards.
 *
 * @throws CardwrightError the errors of `Client.call`
 */
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
 * Brings to the front the window of the extension in which a session waits for the user.
 *
 * @throws CardwrightError `WINDOW_NOT_ALLOWED` if the user has not just clicked or typed in the page, the page's window is not in front, or no
 *   window is waiting
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
    /**
     * The answer to `initialize`: the protocol version, the product versions, the capabilities, the session with the host's key, and the
     * classes of commands that the site may send.
     */
    readonly session: PageResult<'initialize'>,
  ) {}

  /**
   * Runs one of the commands that a page may send without a signed step (`pageCommands`), and returns the result.
   *
   * @throws CardwrightError one of the codes that the protocol's table lists for the command; `CANCELLED`, `TIMEOUT`, `INTERNAL`;
   * `INVALID_PARAMS` or `MESSAGE_TOO_LARGE` for wrong parameters, `STEP_REQUIRED` for a command that only a signed step may contain,
   * `INVALID_MESSAGE` for an unreadable result; or the reason why the session has ended, for example `HOST_CRASHED`, `SITE_NOT_GRANTED` or
   * `EXTENSION_LOST`
   */
  call<M extends PageMethod>(method: M, params: PageParams<M>, options?: RequestOptions): Promise<PageResult<M>> {
    return callOn(this.port, method, params, options);
  }

  /**
   * Brings to the front the extension window in which this session waits for the user, who may have lost sight of the window. Call it from a
   * button's click.
   *
   * @throws CardwrightError `WINDOW_NOT_ALLOWED` if the user has not just clicked or typed in the page, the page's window is not in front, or
   * no window is waiting; and the errors of `call`
   */
  showWindow(): Promise<void> {
    return showWindow(this.port);
  }

  /**
   * Listens to a notification. Returns a function that ends the listening. The notification `device.changed` arrives only after the session's
   * first call of `device.list`.
   */
  on(_event: 'device.changed', listener: Listener<'device.changed'>): () => void {
    return this.events.listen(listener);
  }

  /**
   * Reports the readers and the devices in them to the listener, now and after each change. Returns a function that ends the reports.
   *
   * @throws CardwrightError the errors of `call` for `device.list`
   */
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
   * Signal that is aborted when the session has ended, for example because `close` was called, the site lost its grant, or the host or the
   * extension is gone. The signal's reason is the `CardwrightError` that names the cause.
   */
  get closed(): AbortSignal {
    return this.port.closed;
  }

  /** Ends the session. The host releases the device and exits. Pending commands reject with `CANCELLED`. */
  close(): void {
    this.port.close();
  }
}
