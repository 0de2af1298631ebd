import type { FidoFacts } from '@cardwright/protocol/devices';
import type { Authenticator } from '../applets/fido2/authenticator.js';
import type { PinRetries } from '../applets/fido2/client-pin.js';

/** The current state of a FIDO2 application, including values that no listing contains. */
export interface FidoState {
  readonly facts: FidoFacts;
  /** Remaining tries of the PIN; null if no PIN is set, or the device supports no PIN. */
  readonly retries: PinRetries | null;
  /** Number of passkeys that still fit; null if the device does not report this number. */
  readonly remainingPasskeys: number | null;
}

/** Reads the state of a FIDO2 application. Spends no try of the PIN, and asks for neither PIN nor touch. */
export async function readFidoState(fido: Authenticator): Promise<FidoState> {
  const { remainingPasskeys = null } = fido.info;
  return { facts: fido.facts(), retries: await fido.pinRetries(), remainingPasskeys };
}
