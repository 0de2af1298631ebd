import type {
  DeviceInfo,
  DeviceListing,
  MethodOf,
  Params,
  Progress,
  Result,
  UserMethod,
  UserParams,
  UserResult,
} from '@cardwright/protocol';
import type { HostSession } from './host-session.js';

/** Commands that a handler answers; `step.run` is the server's own. */
export type HandledMethod = Exclude<MethodOf<'host'>, 'step.run'>;

/** What a handler may use besides its parameters. */
export interface CommandContext {
  readonly session: HostSession;
  /** The operation whose step the command belongs to; null for a command of the page's own. */
  readonly operation: string | null;
  /** Aborts when the caller cancels or the session ends; looked at between APDUs. */
  readonly signal: AbortSignal;
  /** Tells the caller what the command waits for; `command` that it continues. */
  readonly onProgress: (kind: Exclude<Progress['kind'], 'user'>) => void;
  /** Asks the user in the extension's window; the command's time pauses meanwhile. */
  askUser<M extends UserMethod>(method: M, params: UserParams<M>): Promise<UserResult<M>>;
}

export type Handler<M extends HandledMethod> = (params: Params<M>, context: CommandContext) => Promise<Result<M>>;

/** A flat map: one handler for each command that this host can do. A missing one is a capability that it lacks. */
export type Handlers = { readonly [M in HandledMethod]?: Handler<M> };

/** What the server needs of the card side. */
export interface HostServices {
  readonly handlers: Handlers;
  /** What this session holds, as it was when it was opened or erased, or null. Throws `CARD_REMOVED` or `READER_REMOVED` when it was held until it was pulled. */
  openDevice(): DeviceInfo | null;
  /** Aborts, with the reason, when the device that this session holds is gone while its user is asked. */
  deviceGone(): AbortSignal;
  /** Called with the whole listing after each change, once `device.list` was asked. */
  onDevicesChanged(listener: (listing: DeviceListing) => void): void;
  /** Starts no further APDU, resets the card and releases it. */
  shutdown(): Promise<void>;
  /** Whether an APDU is under way. Then only the end of the process can free the card. */
  transmitting(): boolean;
}
