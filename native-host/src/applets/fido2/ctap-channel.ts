import { cborMap, decodeCbor, encodeCbor, isMap, type CborMap } from './cbor.js';
import { KEEP_ALIVE, STATUS } from './ctap.js';
import type { Ctap2Transport } from './ctap-transport.js';
import { malformedAnswer, meaningOfCtapStatus, type FidoOperation } from './fido-error.js';

/** Options of a command: how it is cancelled, and how its user is asked for a touch. */
export interface Interaction {
  readonly signal?: AbortSignal | undefined;
  /** Called when a keep-alive says that the authenticator waits for a touch, at most once for each command. */
  readonly onTouch?: (() => void) | undefined;
  /** Milliseconds for the user, if a command takes longer than a touch. Default: `USER_TIME`. */
  readonly userTime?: number | undefined;
}

/** One command of CTAP2 (CTAP 2.1, 6). */
export interface CtapRequest {
  /** One of `COMMAND`. */
  readonly command: number;
  readonly parameters?: CborMap;
}

/** Sends CTAP2 commands, and turns refusals by the authenticator into instances of `CardwrightError`. */
export class CtapChannel {
  constructor(readonly transport: Ctap2Transport) {}

  /**
   * Sends a command that does not wait for the user.
   *
   * @throws CardwrightError the error to which `meaningOfCtapStatus` maps the status for this operation, `AUTHENTICATOR_ERROR` for a malformed
   *   answer, and the errors of the transport
   */
  request(request: CtapRequest, operation: FidoOperation, signal?: AbortSignal): Promise<CborMap> {
    return this.#send(request, operation, { signal }, false);
  }

  /** Sends a command that may wait for a touch or a fingerprint. Throws as `request` does. */
  ask(request: CtapRequest, operation: FidoOperation, interaction: Interaction): Promise<CborMap> {
    return this.#send(request, operation, interaction, true);
  }

  async #send(
    { command, parameters }: CtapRequest,
    operation: FidoOperation,
    { signal, onTouch, userTime }: Interaction,
    waitsForUser: boolean,
  ): Promise<CborMap> {
    let told = false;
    const onKeepAlive = (status: number): void => {
      if (status !== KEEP_ALIVE.UP_NEEDED || told) return;
      told = true;
      onTouch?.();
    };
    const message = encodeMessage(command, parameters);
    const answer = await this.transport.send(message, { signal, onKeepAlive, waitsForUser, userTime });
    const [status] = answer;
    if (status === undefined) throw malformedAnswer();
    if (status !== STATUS.OK) throw meaningOfCtapStatus(status, operation);
    if (answer.length === 1) return cborMap([]);
    const value = decodeCbor(answer.subarray(1));
    if (!isMap(value)) throw malformedAnswer();
    return value;
  }
}

/** Encodes the command byte, followed by the parameters, if any (8). */
export const encodeMessage = (command: number, parameters?: CborMap): Uint8Array =>
  Buffer.concat([Uint8Array.of(command), parameters ? encodeCbor(parameters) : new Uint8Array()]);
