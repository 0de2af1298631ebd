import { CardwrightError } from '@cardwright/protocol';
import { pause, type Clock } from '../clock.js';
import { PCSC_CODE, PcscError } from './binding.js';

/** Milliseconds after which a service that denied access is asked again. A service that was ending is gone by then. */
export const ASK_AGAIN_AFTER = 500;

/** True for SCARD_W_SECURITY_VIOLATION, "access was denied because of a security violation". */
export const isAccessDenied = (error: unknown): error is PcscError =>
  error instanceof PcscError && error.code === PCSC_CODE.SECURITY_VIOLATION;

/**
 * Asks the smart card service, and asks again if it denies access.
 *
 * pcsc-lite denies access for two reasons: polkit does not admit the user (auth.c, `IsClientAuthorized`), or the service was ending and cut the
 * connection (measured). So a service that denies access twice, and is still running, has refused the user.
 *
 * @param isThere returns false once the connection to the service is lost
 * @throws CardwrightError `PCSC_FORBIDDEN` if access is denied twice, `PCSC_UNAVAILABLE` if the connection is lost before the service is asked
 * again
 * @throws any other error of `ask`
 */
export async function askTwice<T>(
  ask: () => T | Promise<T>,
  clock: Clock,
  isThere: () => boolean = () => true,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
  }
  await pause(clock, ASK_AGAIN_AFTER);
  if (!isThere()) throw new CardwrightError('PCSC_UNAVAILABLE');
  try {
    return await ask();
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    throw new CardwrightError('PCSC_FORBIDDEN', {}, { cause: error });
  }
}

/** Number of tries to open a connection, and the milliseconds between two of them, if the service looks as if it were not there. */
export const TRIES_TO_OPEN = 4;
export const TRY_AGAIN_AFTER = 50;

/**
 * Opens a connection to the smart card service, as `askTwice` does. A user whom polkit refuses is told now and then that there is no service: pcsc-lite
 * closes the connection after its refusal, and the client may notice the end first (measured: 6 of 120 tries). So a service that seems to be away is
 * asked again a few times.
 *
 * @throws as `askTwice`; the last error of `open` if the service is away each time
 */
export function askToOpen<T>(open: () => T | Promise<T>, clock: Clock): Promise<T> {
  return askTwice(async () => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await open();
      } catch (error) {
        if (!isAway(error) || tries === TRIES_TO_OPEN) throw error;
      }
      await pause(clock, TRY_AGAIN_AFTER);
    }
  }, clock);
}

const isAway = (error: unknown): boolean =>
  error instanceof PcscError && (error.code === PCSC_CODE.NO_SERVICE || error.code === PCSC_CODE.COMM_ERROR);
