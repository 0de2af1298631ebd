import {
  CardwrightError,
  commands,
  isMethod,
  isPageMethod,
  validate,
  type Method,
  type MethodOf,
  type Params,
  type Result,
} from '@cardwright/protocol';
import type { Request } from '@cardwright/protocol/messages';
import { requireGrant } from '../grant-class.js';
import type { HostRequestOptions } from './host-port.js';
import type { OpenHost } from './session-host.js';
import type { Asker } from './site-access.js';

/** The sender of a request, and the options with which a host runs it. */
export interface Asked extends HostRequestOptions {
  readonly site: Asker;
  readonly sender: 'page' | 'inspector';
  /** Set when the user did something in the page in the last seconds (transient activation, HTML 6.4). */
  readonly isActive: boolean;
}

/** Commands that the extension answers itself, or whose effects it tracks. */
type AttendedMethod = MethodOf<'extension'> | 'device.list' | 'step.run';
type Handler<M extends Method> = (params: Params<M>, asked: Asked) => Promise<Result<M>>;

/** Handlers of the attended commands. Parameters and result have the types of the command table. */
export type AttendedCommands = { readonly [M in AttendedMethod]: Handler<M> };

/** The host that runs the commands without a handler. */
interface CommandHost {
  /** @throws CardwrightError `NOT_INITIALIZED` if no host is open */
  readonly opened: Pick<OpenHost, 'granted'>;
  run<M extends Method>(method: M, params: Params<M>, options: HostRequestOptions): Promise<object>;
}

/**
 * Answers the commands of a page session. Each command is checked against the command table and the site's grant before a handler or the host
 * receives it. Before the session is open, a command works only if it needs no class and has a handler.
 */
export class PageCommands {
  constructor(
    private readonly attended: AttendedCommands,
    private readonly host: CommandHost,
  ) {}

  /**
   * Answers one command.
   *
   * @throws CardwrightError `NOT_INITIALIZED`, `METHOD_NOT_FOUND`, `STEP_REQUIRED`, `PERMISSION_DENIED`, `INVALID_PARAMS`, or an error
   *   that the table lists for the command
   */
  answer({ method, params = {} }: Request, asked: Asked): Promise<object> {
    if (this.#isAttended(method) && commands[method].permission === 'none') return this.#attend(method, params, asked);
    const { granted } = this.host.opened;
    if (!isMethod(method)) throw new CardwrightError('METHOD_NOT_FOUND');
    if (!isPageMethod(method)) throw new CardwrightError('STEP_REQUIRED');
    requireGrant(method, granted);
    return this.#isAttended(method) ? this.#attend(method, params, asked) : this.#forward(method, params, asked);
  }

  #isAttended(method: string): method is AttendedMethod {
    return Object.hasOwn(this.attended, method);
  }

  #attend<M extends AttendedMethod>(method: M, params: object, asked: Asked): Promise<Result<M>> {
    const handle: Handler<M> = this.attended[method];
    return handle(validate(commands[method].params, params), asked);
  }

  #forward(method: Method, params: object, asked: Asked): Promise<object> {
    return this.host.run(method, validate(commands[method].params, params), asked);
  }
}
