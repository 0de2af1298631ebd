import type { MethodOf, Params, Result, UserMethod, UserParams, UserResult } from '@cardwright/protocol';
import type { DeviceInfo, DeviceListing } from '@cardwright/protocol/devices';
import type { Progress } from '@cardwright/protocol/messages';
import type { HostSession } from './host-session.js';

/** Commands with a handler. `step.run` is answered by the server itself. */
export type HandledMethod = Exclude<MethodOf<'host'>, 'step.run'>;

/** The session, the operation and the signal that a handler gets besides its parameters. */
export interface CommandContext {
  readonly session: HostSession;
  /** Id of the operation for which the CMS signed the step with this command; null for a command that the page itself sent. */
  readonly operation: string | null;
  /** Signal that is aborted when the caller cancels, the time is over or the session ends. The abort takes effect between APDUs. */
  readonly signal: AbortSignal;
  /** Reports to the caller what the command waits for; `command` means that it continues. */
  readonly onProgress: (kind: Exclude<Progress['kind'], 'user'>, about?: Pick<Progress, 'isLong'>) => void;
  /** Asks the user in the extension's window. The command's time limit is suspended meanwhile. */
  askUser<M extends UserMethod>(method: M, params: UserParams<M>): Promise<UserResult<M>>;
  /** Does work for which the user acts at the reader. The command's time limit is suspended meanwhile, as while a window waits. */
  whileUserActs<T>(work: () => Promise<T>): Promise<T>;
}

export type Handler<M extends HandledMethod> = (params: Params<M>, context: CommandContext) => Promise<Result<M>>;

/**
 * The handlers by command. The host announces the capabilities of these commands, and refuses a command without a handler
 * (`NOT_SUPPORTED_BY_DEVICE`).
 */
export type Handlers = { readonly [M in HandledMethod]?: Handler<M> };

/** The services that the server needs from the code for readers and cards. */
export interface HostServices {
  readonly handlers: Handlers;
  /**
   * Returns the latest facts of the held device. Returns null if no device is held. Throws `CARD_REMOVED` or `READER_REMOVED` if the device was
   * held until it was removed.
   */
  openDevice(): DeviceInfo | null;
  /**
   * Returns a signal that is aborted when, during a command, the held device is removed or the smart card service ends. The reason is the error. If
   * no device is held, the signal is never aborted.
   */
  deviceGone(): AbortSignal;
  /** Adds a listener. After the first `device.list`, each change of the devices calls the listener with the whole listing. */
  onDevicesChanged(listener: (listing: DeviceListing) => void): void;
  /** Ends the session's use of cards: takes back a device that is lent to another program, then resets and releases the card. */
  shutdown(): Promise<void>;
  /** True while a PC/SC call for the card is unanswered, such as an APDU. If the card never answers, only the end of the process frees the card. */
  transmitting(): boolean;
}
