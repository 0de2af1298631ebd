import type { MethodOf, Params, Result, UserMethod, UserParams, UserResult } from '@cardwright/protocol';
import type { DeviceInfo, DeviceListing } from '@cardwright/protocol/devices';
import type { Progress } from '@cardwright/protocol/messages';
import type { HostSession } from './host-session.js';

/** Commands with a handler. `step.run` is answered by the server itself. */
export type HandledMethod = Exclude<MethodOf<'host'>, 'step.run'>;

/** The means of a handler besides its parameters. */
export interface CommandContext {
  readonly session: HostSession;
  /** The operation of the step that contains the command; null for a command of the page's own. */
  readonly operation: string | null;
  /** Aborts when the caller cancels or the session ends. Checked between APDUs. */
  readonly signal: AbortSignal;
  /** Reports to the caller what the command waits for, and with `command` that it continues. */
  readonly onProgress: (kind: Exclude<Progress['kind'], 'user'>) => void;
  /** Asks the user in the extension's window. The command's time limit is suspended meanwhile. */
  askUser<M extends UserMethod>(method: M, params: UserParams<M>): Promise<UserResult<M>>;
}

export type Handler<M extends HandledMethod> = (params: Params<M>, context: CommandContext) => Promise<Result<M>>;

/** A flat map with one handler for each command that this host supports. A missing one is a missing capability. */
export type Handlers = { readonly [M in HandledMethod]?: Handler<M> };

/** The card side of the host, as far as the server needs it. */
export interface HostServices {
  readonly handlers: Handlers;
  /**
   * Returns the held device as of its opening or erasure, or null. Throws `CARD_REMOVED` or `READER_REMOVED` when it was held until it was
   * pulled.
   */
  openDevice(): DeviceInfo | null;
  /** Aborts, with the reason, when the held device is gone while its user is asked. */
  deviceGone(): AbortSignal;
  /** Called with the whole listing after each change, once `device.list` was requested. */
  onDevicesChanged(listener: (listing: DeviceListing) => void): void;
  /** Starts no further APDU, and resets and releases the card. */
  shutdown(): Promise<void>;
  /** True while an APDU is unanswered. Then only the end of the process can free the card. */
  transmitting(): boolean;
}
