import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { creationOptions } from '@cardwright/protocol/passkeys';
import * as v from 'valibot';
import { withDeadline } from '../deadline.js';
import type { BegunRegistration, PasskeyService } from './passkey-service.js';

/** Codes of a service's errors that become errors of the catalogue. */
const CODES = ['PASSKEY_SERVICE_UNAVAILABLE', 'PASSKEY_SERVICE_REFUSED', 'PASSKEY_EXPIRED', 'PASSKEY_REFUSED'] as const;

/**
 * Wraps a service. If the service does not answer in time, the wrapper throws CardwrightError `PASSKEY_SERVICE_UNAVAILABLE`. An error whose
 * `code` is one of `CODES` becomes the CardwrightError with that code: the class of the error does not count, so that services need not import
 * the classes of this package. Any other error is a defect of the service, and is thrown as it is.
 *
 * @param limit milliseconds for one call
 */
export function boundService(service: PasskeyService, limit: number): PasskeyService {
  const { name, title, rpId, origin } = service;
  const bounded = async <T>(work: () => Promise<T>): Promise<T> => {
    const late = (cause: unknown) => new CardwrightError('PASSKEY_SERVICE_UNAVAILABLE', { service: name }, { cause });
    try {
      return await withDeadline(limit, work, late);
    } catch (error) {
      throw translate(error, name);
    }
  };
  return {
    name,
    title,
    rpId,
    origin,
    findObstacle: (person, authenticator) => bounded(() => service.findObstacle(person, authenticator)),
    begin: (person, registered) => bounded(async () => requireUsable(service, await service.begin(person, registered))),
    finish: (person, begun, registration, called) => bounded(() => service.finish(person, begun, registration, called)),
    remove: (person, serviceId) => bounded(() => service.remove(person, serviceId)),
  };
}

/**
 * Requires that the options of a registration are valid, and name the relying party of the service.
 * @throws Error if the options are not valid or name another relying party, which is a defect of the service
 */
function requireUsable({ name, rpId }: PasskeyService, begun: BegunRegistration): BegunRegistration {
  const { success, issues } = v.safeParse(creationOptions, begun.options);
  if (!success) throw new Error(`the passkey service ${name} ordered what is not WebAuthn: ${v.summarize(issues)}`);
  if (begun.options.rp.id !== rpId) throw new Error(`the passkey service ${name} ordered for another relying party`);
  return begun;
}

function translate(error: unknown, service: string): unknown {
  if (isCardwrightError(error) || !(error instanceof Error) || !('code' in error)) return error;
  const code = CODES.find((one) => one === error.code);
  if (code === undefined) return error;
  const options = { cause: error };
  switch (code) {
    case 'PASSKEY_SERVICE_UNAVAILABLE':
      return new CardwrightError(code, { service }, options);
    case 'PASSKEY_SERVICE_REFUSED':
      return new CardwrightError(code, { service, status: statusOf(error) }, options);
    case 'PASSKEY_EXPIRED':
      return new CardwrightError(code, {}, options);
    case 'PASSKEY_REFUSED':
      return new CardwrightError(code, { reason: reasonOf(error) }, options);
  }
}

const statusOf = (error: Error): number | null =>
  'status' in error && typeof error.status === 'number' ? error.status : null;

const REASONS = ['challenge', 'origin', 'rp-id', 'signature', 'attestation', 'known', 'unreadable'] as const;

/** Returns the reason of a service's refusal; `service` if the service names none of `REASONS`. */
const reasonOf = (error: Error): (typeof REASONS)[number] | 'service' =>
  REASONS.find((reason) => 'reason' in error && reason === error.reason) ?? 'service';
