import type { MethodOf, Params, Result, UserMethod, UserParams, UserResult } from '@cardwright/protocol';
import type { DeviceInfo, DeviceListing } from '@cardwright/protocol/devices';
import type { Progress } from '@cardwright/protocol/messages';
import type { HostSession } from './host-session.js';

/** Commands with a handler. `step.run` is answered by the server itself. */
export type HandledMethod = Exclude<MethodOf<'host'>, 'step.run'>;

/** The session, the operation and the signal that a handler gets besides its parameters. */
export interface CommandContext {
  readonly session: HostSession;
  /** The operation of the step that contains the command; null for a command that the page itself sent. */
  readonly operation: string | null;
  /** Signal that is aborted when the caller cancels, the time is over or the session ends. It takes effect between APDUs. */
  readonly signal: AbortSignal;
  /** Reports to the caller what the command waits for; `command` means that it continues. */
  readonly onProgress: (kind: Exclude<Progress['kind'], 'user'>) => void;
  /** Asks the user in the extension's window. The command's time limit is suspended meanwhile. */
  askUser<M extends UserMethod>(method: M, params: UserParams<M>): Promise<UserResult<M>>;
}

export type Handler<M extends HandledMethod> = (params: Params<M>, context: CommandContext) => Promise<Result<M>>;

/** The handlers by command. The host lacks the capability of a command without a handler. */
export type Handlers = { readonly [M in HandledMethod]?: Handler<M> };

/** The services of the card side that the server needs. */
export interface HostServices {
  readonly handlers: Handlers;
  /**
   * Returns the latest facts of the held device, or null if none is held. Throws `CARD_REMOVED` or `READER_REMOVED` if the device was held
   * until it was removed.
   */
  openDevice(): DeviceInfo | null;
  /** Returns a signal that is aborted, with the error as its reason, when the held device is removed while its user is asked. */
  deviceGone(): AbortSignal;
  /** Adds a listener that gets the whole listing after each change, once `device.list` was requested. */
  onDevicesChanged(listener: (listing: DeviceListing) => void): void;
  /** Ends the session's use of cards: sends no further APDU, and resets and releases the card. */
  shutdown(): Promise<void>;
  /** True while an APDU is unanswered. If it stays so, only the end of the process frees the card. */
  transmitting(): boolean;
}
