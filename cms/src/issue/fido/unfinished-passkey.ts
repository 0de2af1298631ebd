import { commands, isCardwrightError, validate } from '@cardwright/protocol';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import type { OperationContext } from '../../operations/context.js';
import { registerPasskey } from './passkey-registration.js';
import { registration } from './passkey-state.js';

/**
 * Keeps the results for a passkey before its service is told of it. The service may accept the passkey although its answer, or what the CMS stores
 * then, is lost, and the page may never send the results again.
 */
export function keepUnfinished(context: OperationContext, [outcome]: readonly CommandOutcome[]): void {
  if (!outcome || !('result' in outcome)) return;
  const made = validate(commands['fido.createCredential'].result, outcome.result);
  context.keep(registration, { unfinished: { registration: made.registration, proof: made.proof } });
}

/**
 * Registers a passkey whose results were kept by `keepUnfinished`, without creating it again. This runs before a session continues, so that the
 * service does not refuse the device for a passkey that the service knows already. It also runs before an issuance is given up, so that the
 * passkey can be removed at the service. While the service is still unreachable, nothing changes.
 */
export async function finishUnfinished(context: OperationContext): Promise<void> {
  const { begun, unfinished } = context.of(registration);
  const service = context.services.passkeyServices.find(({ name }) => name === begun?.service);
  if (!unfinished || !service) return;
  try {
    await registerPasskey(context, service, unfinished);
  } catch (error) {
    if (!isCardwrightError(error, 'PASSKEY_SERVICE_UNAVAILABLE')) throw error;
  }
}
